/**
 * How long a test may take. Many mutants hang: a test that takes so much longer than it does has
 * noticed one. Without a mutant, at first, it is the machine that is busy.
 */
import { inject, vi } from 'vitest';

/** What Stryker says that it does. */
const mode: unknown = inject('mode' as never);

vi.setConfig({ testTimeout: mode === 'mutant' ? 10_000 : 60_000 });

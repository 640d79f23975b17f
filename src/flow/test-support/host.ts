/** A host for tests: real scheduling, no transport, no sealing. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import type { ClientCapabilities } from '../../protocol/capabilities.ts';
import {
  DEFAULT_LIMITS,
  type AsyncScope,
  type FlowHost,
  type FlowLimits,
  type Scheduler,
} from '../round/host.ts';
import type { Flow } from '../journal/flow.ts';
import { type Journal, memoryJournal } from '../journal/journal.ts';

export const testScheduler: Scheduler = {
  now: () => Date.now(),
  drained: (fn) => queueMicrotask(() => process.nextTick(fn)),
  turn(fn) {
    const immediate = setImmediate(fn);
    return () => clearImmediate(immediate);
  },
  after(ms, fn) {
    const timer = setTimeout(fn, ms);
    return () => clearTimeout(timer);
  },
};

const storage = new AsyncLocalStorage<object>();

const scope: AsyncScope = {
  run: (value, fn) => storage.run(value, fn),
  current: () => storage.getStore(),
};

const EVERYTHING: ClientCapabilities = {
  elicitation: { form: {}, url: {} },
  sampling: { tools: {}, context: {} },
  roots: {},
};

export function testFlow(overrides: Partial<Flow> = {}): Flow {
  const hash = (text: string): Buffer => createHash('sha256').update(`secret ${text}`).digest();
  return {
    id: 'flow-1',
    startedAt: 1_700_000_000_000,
    capabilities: EVERYTHING,
    derive: (label) => hash(label),
    digest: (text) => hash(text).toString('base64url').slice(0, 12),
    ...overrides,
  };
}

export interface TestHostOptions extends Partial<Omit<FlowHost, 'limits'>> {
  limits?: Partial<FlowLimits>;
}

export function testHost(
  journal: Journal = memoryJournal(),
  options: TestHostOptions = {},
): FlowHost {
  return {
    scheduler: testScheduler,
    scope,
    flow: testFlow(),
    journal,
    ...options,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
  };
}

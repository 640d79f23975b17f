import { count } from '../../base/options/option-checks.ts';
import type { OptionSet } from '../../base/options/options.ts';
import type { Ask } from './ask.ts';

/** When a checkpoint ends the round. */
export interface CheckpointOptions {
  /** Only if the round has already run that many ms. Default 0: always. */
  readonly after?: number;
}

export const CHECKPOINT_OPTIONS: OptionSet<CheckpointOptions> = {
  of: 'checkpoint()',
  table: { after: count },
};

/** An ask without a question: it has its answer when its state comes back (F17). */
export function checkpointAsk(key: string): Ask<void> {
  return {
    kind: 'checkpoint',
    key,
    question: '',
    needs: {},
    acceptsUnsolicited: false,
    render: () => undefined,
    judge: () => ({ ok: true, value: null }),
    revive: () => undefined,
  };
}

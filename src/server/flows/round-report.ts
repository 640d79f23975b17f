import { isRecord } from '../../base/json.ts';
import type { FlowHost, Scheduler } from '../../flow/round/host.ts';
import type { RoundOutcome } from '../../flow/round/round-outcome.ts';
import type { RoundOf, ServerEventListener } from '../events.ts';
import type { FlowCall } from './flow-call.ts';
import type { Standing } from './request-states.ts';

/** Reports what happens in one round, for servers that somebody listens to. */
export class RoundReport {
  readonly #of: RoundOf;
  readonly #now: () => number;
  readonly #emit: ServerEventListener;
  #begunAt = 0;

  constructor(call: FlowCall, standing: Standing, scheduler: Scheduler, emit: ServerEventListener) {
    const { method, target } = call;
    const { flow, round } = standing;
    this.#of = { method, target, flowId: flow.id, round };
    this.#now = scheduler.now;
    this.#emit = emit;
  }

  /** What the engine calls. */
  get hooks(): Pick<FlowHost, 'onStepRun' | 'onWrongAnswer'> {
    return {
      onStepRun: (run) => this.#emit({ type: 'step_ran', ...this.#of, ...run }),
      onWrongAnswer: ({ key, sendings }) =>
        this.#emit({ type: 'answer_wrong', ...this.#of, key, sendings }),
    };
  }

  begun(): void {
    this.#begunAt = this.#now();
    this.#emit({ type: 'round_begun', ...this.#of });
  }

  ended(outcome: RoundOutcome<unknown>): void {
    const asks = outcome.status === 'input_required' ? outcome.asks.map(({ key }) => key) : [];
    const code = codeOf(outcome);
    this.#emit({
      type: 'round_ended',
      ...this.#of,
      outcome: outcome.status,
      asks,
      ...(code !== undefined && { code }),
      duration: this.#now() - this.#begunAt,
    });
  }
}

function codeOf(outcome: RoundOutcome<unknown>): string | undefined {
  if (outcome.status !== 'failed' || !isRecord(outcome.error)) return undefined;
  const { code } = outcome.error;
  return typeof code === 'string' ? code : undefined;
}

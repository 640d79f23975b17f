import { RondoError } from '../../base/errors.ts';
import type { Recorded } from '../../flow/journal/journal.ts';
import type { FlowOrigin, LazyStanding } from '../extension.ts';
import type { Standing } from './request-states.ts';
import { ServerFlow } from './server-flow.ts';

/** Where a flow stands, as its extension sees it. */
export class ExtensionStanding implements LazyStanding {
  readonly standing: Standing;
  isDeferred = false;

  constructor(standing: Standing) {
    this.standing = standing;
  }

  /** Where a flow stands that has been stored. */
  static of(origin: FlowOrigin, round: number, recorded: Recorded): ExtensionStanding {
    const flow = ServerFlow.resume(origin);
    return new ExtensionStanding({ flow, round, recorded, manual: undefined });
  }

  get round(): number {
    return this.standing.round;
  }

  get recorded(): Recorded {
    return this.standing.recorded;
  }

  get outstanding(): readonly string[] {
    const { recorded, manual } = this.standing;
    return [...recorded.asked.map(({ key }) => key), ...(manual?.keys ?? [])];
  }

  get ownState(): string | undefined {
    return this.standing.manual?.requestState;
  }

  get origin(): FlowOrigin {
    return this.standing.flow.origin;
  }

  defer(): void {
    this.isDeferred = true;
  }

  begin(origin: FlowOrigin): void {
    if (this.round > 1)
      throw new RondoError('invalid_options', 'Only a first round begins a flow.');
    this.standing.flow.adopt(origin);
  }
}

/** A round that runs by itself until its handler uses a member that an extension adds to contexts. */
import { RondoError } from '../../base/errors.ts';
import type { RoundOutcome } from '../../flow/round/round-outcome.ts';
import type { ContextMembers, Next, Wrapper } from '../extension.ts';
import type { Written } from '../requests/checked-request.ts';
import type { Extended } from './context.ts';
import { ExtensionStanding } from './lazy-standing.ts';
import { LiveRound, type ReadyRound, type RoundPlayer } from './live-round.ts';

export interface LatePlayer extends RoundPlayer {
  readonly options: RoundPlayer['options'] & { readonly contextMembers: ContextMembers };
}

export class LateRound {
  /** The reply: of the round alone, or of what has been put around it. */
  readonly reply: Promise<Written>;
  readonly #ready: ReadyRound;
  readonly #wrapper: Wrapper;
  readonly #player: LatePlayer;
  #resolve!: (reply: Written | Promise<Written>) => void;
  #reject!: (error: unknown) => void;
  #extended: Extended | undefined;

  constructor(ready: ReadyRound, wrapper: Wrapper, player: LatePlayer) {
    this.#ready = ready;
    this.#wrapper = wrapper;
    this.#player = player;
    this.reply = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    ready.context.extendLater(() => (this.#extended ??= this.#wrap()));
  }

  start(): void {
    const { inFlight } = this.#ready.call.exchange;
    inFlight.start(this.#ready.round);
    this.#player
      .play(this.#ready)
      .then((ended) => this.#ended(ended))
      .catch(this.#reject);
  }

  #ended(outcome: RoundOutcome<unknown>): void {
    if (this.#extended !== undefined) return;
    this.#ready.call.exchange.inFlight.done();
    this.#resolve(this.#player.write(this.#ready, outcome));
  }

  #wrap(): Extended {
    const { call, standing, round } = this.#ready;
    let live: LiveRound | undefined;
    const next: Next = ({ onStill, ...parts } = {}) => {
      if (onStill !== undefined) round.exchange({ onStill });
      live = new LiveRound(this.#ready, parts);
      live.takeOn(round.outcome, this.#player);
      return live;
    };
    const reply = this.#wrapper.around!(call, new ExtensionStanding(standing), next);
    if (live === undefined)
      throw new RondoError('invalid_options', 'A late wrapper calls next() at once.');
    this.#resolve(reply);
    return { live, members: this.#player.options.contextMembers };
  }
}

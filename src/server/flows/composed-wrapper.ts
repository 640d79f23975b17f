/** Several extensions around one call: each is around those behind it. */
import type { UnknownRecord } from '../../base/json/json.ts';
import type { Ask } from '../../flow/asks/ask.ts';
import type { MovedRound } from '../../flow/round/move.ts';
import type { Live, Next, RoundParts, Wrapper } from '../extension.ts';
import type { Finished } from '../requests/finished.ts';

export function composeWrappers(wrappers: readonly Wrapper[]): Wrapper | undefined {
  if (wrappers.length < 2) return wrappers[0];
  return wrappers.reduceRight((inner, outer) => new WrapperAround(outer, inner));
}

class WrapperAround implements Wrapper {
  /** Late is only what has nothing around it that is not. */
  readonly isLate: boolean;
  readonly #outer: Wrapper;
  readonly #inner: Wrapper;

  constructor(outer: Wrapper, inner: Wrapper) {
    this.#outer = outer;
    this.#inner = inner;
    this.isLate = outer.isLate === true && inner.isLate === true;
  }

  async before(
    ...given: Parameters<NonNullable<Wrapper['before']>>
  ): Promise<Finished | undefined> {
    return (await this.#outer.before?.(...given)) ?? this.#inner.before?.(...given);
  }

  async around(
    ...[call, standing, next]: Parameters<NonNullable<Wrapper['around']>>
  ): Promise<Finished> {
    const inside: Next = (parts) => {
      const innermost: Next = (own) => next({ ...parts, ...own });
      if (this.#inner.around === undefined) return innermost();
      return new LiveInside((begin) => this.#inner.around!(call, standing, begin), innermost);
    };
    if (this.#outer.around === undefined) return inside().finished;
    return this.#outer.around(call, standing, inside);
  }
}

/** A round that an inner extension begins, as the outer one sees it. */
class LiveInside implements Live {
  readonly finished: Promise<Finished>;
  readonly #live: Promise<Live>;
  #begun: Live | undefined;

  constructor(around: (next: Next) => Promise<Finished>, next: Next) {
    let begin!: (live: Live) => void;
    this.#live = new Promise((resolve) => (begin = resolve));
    this.finished = around((parts) => {
      this.#begun = next(parts);
      begin(this.#begun);
      return this.#begun;
    });
  }

  get age(): number {
    return this.#begun?.age ?? 0;
  }

  get owner(): unknown {
    return this.#begun?.owner;
  }

  get wasAborted(): boolean {
    return this.#begun?.wasAborted ?? false;
  }

  /** Resolves also if the inner extension has replied without a round. */
  get settled(): Promise<void> {
    const replied = this.finished.then(
      () => this.#begun?.settled,
      () => this.#begun?.settled,
    );
    return Promise.race([replied, this.#live.then((live) => live.settled)]);
  }

  deliver(answers: UnknownRecord): readonly string[] {
    return this.#begun?.deliver(answers) ?? [];
  }

  async ask<T>(ask: Ask<T>, known?: { readonly answer: unknown }): Promise<T> {
    return (await this.#live).ask(ask, known);
  }

  async moveTo(
    parts: RoundParts,
    save?: (moved: MovedRound) => void | PromiseLike<void>,
  ): Promise<MovedRound> {
    return (await this.#live).moveTo(parts, save);
  }

  letGo(): void {
    this.#begun?.letGo();
  }

  suspend(): void {
    this.#begun?.suspend();
  }

  cancel(reason: string): void {
    this.#begun?.cancel(reason);
  }

  fail(error: unknown): void {
    this.#begun?.fail(error);
  }
}

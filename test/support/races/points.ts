/** Named points at which a test holds what several instances do to one task, until it lets it go. */
import { onTestFinished } from 'vitest';
import type { TaskStore } from '../../../src/tasks/contract.ts';

export interface HeldPoint {
  /** Resolves when something has come there. */
  reached(): Promise<void>;
  /** Lets go what waits there, and what comes later. */
  letGo(): Promise<void>;
}

/** Just before or after an operation of a store. */
export type Point = `${'before' | 'after'} ${Exclude<keyof TaskStore, 'wakeUps'>}`;

interface Gate {
  readonly reached: PromiseWithResolver;
  readonly opened: PromiseWithResolver;
}

/** The points of one instance's store. */
export class Points {
  readonly #gates = new Map<string, Gate>();

  hold(point: Point): HeldPoint {
    const gate = { reached: promise(), opened: promise() };
    this.#gates.set(point, gate);
    const letGo = async (): Promise<void> => {
      if (this.#gates.get(point) === gate) this.#gates.delete(point);
      gate.opened.resolve();
    };
    onTestFinished(letGo);
    return { reached: () => gate.reached.promise, letGo };
  }

  async pass(point: string): Promise<void> {
    const gate = this.#gates.get(point);
    gate?.reached.resolve();
    await gate?.opened.promise;
  }

  /** `tasks`, whose operations pass these points. */
  around<Transaction>(tasks: TaskStore<Transaction>): TaskStore<Transaction> {
    return new Proxy(tasks, {
      get: (target, name: string) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return async (...given: unknown[]) => {
          await this.pass(`before ${name}`);
          const result: unknown = await member.apply(target, given);
          await this.pass(`after ${name}`);
          return result;
        };
      },
    });
  }
}

interface PromiseWithResolver {
  readonly promise: Promise<void>;
  resolve(): void;
}

export function promise(): PromiseWithResolver {
  let resolve!: () => void;
  return { promise: new Promise<void>((done) => (resolve = done)), resolve: () => resolve() };
}

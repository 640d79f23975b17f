/** Servers whose rounds run once. */
import { MemoryGuard } from '../../src/guard/memory/memory-guard.ts';
import type { GuardStore } from '../../src/guard/contract.ts';
import type { Store } from '../../src/server/store.ts';
import { type StoreParts, defineStore } from '../../src/stores/define-store.ts';
import { inMemory } from '../../src/stores/memory-store.ts';
import type { Undo } from '../../src/tasks/memory/memory-tasks.ts';
import { MemorySecret, type SecretStore } from '../../src/stored/secret-store.ts';

export interface GuardBench {
  readonly guard: MemoryGuard;
  /** Of its stores. */
  readonly parts: StoreParts<Undo> & {
    readonly guard: GuardStore<Undo>;
    readonly secret: SecretStore;
  };
  /** Another one is what another instance has. */
  store(): Store;
  /** Lets time pass, in ms. */
  pass(ms: number): void;
  /** How often each method was called. */
  readonly calls: Map<string, number>;
  /** From now on, each call of these methods fails. */
  breakDown(...methods: (keyof GuardStore)[]): void;
  repair(): void;
}

export function guardBench(
  options: Partial<Pick<StoreParts<Undo>, 'replyTtl' | 'tasks' | 'spill'>> = {},
): GuardBench {
  let passed = 0;
  const broken = new Set<string>();
  const calls = new Map<string, number>();
  const guard = new MemoryGuard(() => Date.now() + passed);
  const seen = new Proxy(guard, {
    get(target, name: string) {
      const method = target[name as keyof MemoryGuard] as (...args: never[]) => unknown;
      return async (...args: never[]) => {
        calls.set(name, (calls.get(name) ?? 0) + 1);
        if (broken.has(name)) throw new Error('the store is down');
        return method.apply(target, args);
      };
    },
  });
  const secret = new MemorySecret();
  const parts = {
    guard: seen,
    secret,
    isVolatile: true,
    singleProcess: true,
    transaction: inMemory,
    close: async () => undefined,
    ...options,
  };
  return {
    guard,
    calls,
    parts,
    store: () => defineStore<Undo>(parts),
    pass: (ms) => void (passed += ms),
    breakDown: (...methods) => methods.forEach((name) => broken.add(name)),
    repair: () => broken.clear(),
  };
}

export const YES = { action: 'accept', content: { confirm: true } };
export const NO = { action: 'decline' };

/** A promise that is resolved from outside. */
export function gate<T = void>() {
  let open!: (value: T) => void;
  const opened = new Promise<T>((resolve) => (open = resolve));
  return { opened, open };
}

export const REFUSED = {
  code: -32_602,
  message: 'Invalid or expired requestState',
  data: { reason: 'request_state' },
};

export const RETRYABLE = { code: -32_603, data: { retryable: true } };

/** Random handlers: asks, steps, branches in parallel, caught errors, loops and helpers. */
import fc from 'fast-check';
import * as z from 'zod';
import type { FlowContext } from '../../../src/flow/context.ts';
import type { VirtualWork } from './virtual-work.ts';

export type Program =
  | { type: 'confirm' | 'elicit' | 'sample' | 'checkpoint' }
  | { type: 'step'; duration: number; fails: boolean }
  | { type: 'idle'; ticks: number }
  | { type: 'seq'; parts: Program[] }
  | { type: 'all' | 'race' | 'any' | 'allSettled'; parts: Program[] }
  | { type: 'attempt'; body: Program; fallback: Program }
  | { type: 'loop'; times: number; body: Program }
  | { type: 'helper'; body: Program }
  | { type: 'choose'; yes: Program; no: Program }
  | { type: 'aside'; body: Program };

export function programs(): fc.Arbitrary<Program> {
  const leaf = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.constantFrom<Program>(
        { type: 'confirm' },
        { type: 'elicit' },
        { type: 'sample' },
      ),
    },
    { weight: 1, arbitrary: fc.constant<Program>({ type: 'checkpoint' }) },
    {
      weight: 3,
      arbitrary: fc.record({
        type: fc.constant('step' as const),
        duration: fc.nat(4),
        fails: fc.boolean(),
      }),
    },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('idle' as const), ticks: fc.nat(20) }) },
  );
  const { program } = fc.letrec<{ program: Program }>((tie) => {
    const node = tie('program');
    const parts = fc.array(node, { minLength: 1, maxLength: 5 });
    return {
      program: fc.oneof(
        { depthSize: 'large', maxDepth: 5, withCrossShrink: true },
        leaf,
        fc.record({ type: fc.constant('seq' as const), parts }),
        fc.record({
          type: fc.constantFrom(
            'all' as const,
            'race' as const,
            'any' as const,
            'allSettled' as const,
          ),
          parts,
        }),
        fc.record({ type: fc.constant('attempt' as const), body: node, fallback: node }),
        fc.record({
          type: fc.constant('loop' as const),
          times: fc.integer({ min: 1, max: 3 }),
          body: node,
        }),
        fc.record({ type: fc.constant('helper' as const), body: node }),
        fc.record({ type: fc.constant('choose' as const), yes: node, no: node }),
        fc.record({ type: fc.constant('aside' as const), body: node }),
      ),
    };
  });
  return fc.record({
    type: fc.constant('seq' as const),
    parts: fc.array(program, { minLength: 2, maxLength: 5 }),
  });
}

/** Runs a program; what it returns lists everything it saw, in the order it saw it. */
export async function runProgram(
  program: Program,
  ctx: FlowContext,
  work: VirtualWork,
): Promise<unknown> {
  const seen: unknown[] = [];
  try {
    const value = await new Interpreter(work, seen).run(program, ctx, 'p');
    seen.push(['returned', describe(value)]);
  } catch (error) {
    seen.push(['threw', describe(error)]);
  }
  return { seen, random: ctx.random(), uuid: ctx.uuid() };
}

const Form = z.object({
  word: z
    .string()
    .min(2)
    .transform((word) => new Set([word, undefined])),
  count: z.int().optional(),
});

class Interpreter {
  readonly #work: VirtualWork;
  readonly #seen: unknown[];

  constructor(work: VirtualWork, seen: unknown[]) {
    this.#work = work;
    this.#seen = seen;
  }

  async run(program: Program, ctx: FlowContext, path: string): Promise<unknown> {
    const parts = (list: Program[]): Promise<unknown>[] =>
      list.map((part, i) => this.run(part, ctx, `${path}.${i}`));
    switch (program.type) {
      case 'confirm':
        return this.#note(path, ctx.confirm(path, `${path}?`));
      case 'elicit':
        return this.#note(path, ctx.elicit(path, { message: `${path}?`, schema: Form }));
      case 'sample':
        return this.#note(path, ctx.sample(path, { messages: [], maxTokens: 1 }));
      case 'checkpoint':
        return this.#note(path, ctx.checkpoint(path));
      case 'step':
        return this.#note(
          path,
          ctx.step(path, ({ idempotencyKey }) =>
            this.#work.run(idempotencyKey, program.duration, program.fails),
          ),
        );
      case 'idle':
        for (let i = 0; i < program.ticks; i++) await null;
        return 'idle';
      case 'seq': {
        let last: unknown;
        for (const [i, part] of program.parts.entries())
          last = await this.run(part, ctx, `${path}.${i}`);
        return last;
      }
      case 'all':
        return Promise.all(parts(program.parts));
      case 'race':
        return Promise.race(guarded(parts(program.parts)));
      case 'any':
        return Promise.any(guarded(parts(program.parts)));
      case 'allSettled':
        return Promise.allSettled(parts(program.parts));
      case 'attempt':
        try {
          return await this.run(program.body, ctx, `${path}.try`);
        } catch {
          return this.run(program.fallback, ctx, `${path}.catch`);
        }
      case 'loop': {
        const values: unknown[] = [];
        for (let i = 0; i < program.times; i++)
          values.push(await this.run(program.body, ctx, `${path}.${i}`));
        return values;
      }
      case 'helper':
        return this.run(program.body, ctx.scope(`${path}h`), 'in');
      case 'choose': {
        const yes = await this.#note(path, ctx.confirm(path, `${path}?`));
        return yes === true
          ? this.run(program.yes, ctx, `${path}.yes`)
          : this.run(program.no, ctx, `${path}.no`);
      }
      case 'aside':
        this.run(program.body, ctx, `${path}.aside`).catch(() => {});
        return 'aside';
    }
  }

  async #note<T>(path: string, promise: Promise<T>): Promise<T> {
    try {
      const value = await promise;
      this.#seen.push([path, describe(value)]);
      return value;
    } catch (error) {
      this.#seen.push([path, describe(error)]);
      throw error;
    }
  }
}

/** Losers of a race may fail unseen. */
function guarded(promises: Promise<unknown>[]): Promise<unknown>[] {
  for (const promise of promises) promise.catch(() => {});
  return promises;
}

function describe(value: unknown): unknown {
  if (value instanceof AggregateError) return ['aggregate', value.errors.map(describe)];
  if (value instanceof Error) return [value.name, value.message];
  return value;
}

/** Random handlers: asks, steps, branches in parallel, caught errors, loops and helpers. */
import fc from 'fast-check';
import * as z from 'zod';
import type { FlowContext } from '../../../src/flow/context.ts';
import { shown } from './answers.ts';
import { hash } from './chance.ts';
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

/** @param maxDepth how deep they are nested */
export function programs(maxDepth = 5): fc.Arbitrary<Program> {
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
        { depthSize: 'large', maxDepth, withCrossShrink: true },
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

/** The same program, where no outcome depends on which of several comes first. */
export function withoutRaces(program: Program): Program {
  switch (program.type) {
    case 'seq':
      return { ...program, parts: program.parts.map(withoutRaces) };
    case 'all':
    case 'race':
    case 'any':
    case 'allSettled':
      return { type: 'allSettled', parts: program.parts.map(withoutRaces) };
    case 'attempt': {
      const { body, fallback } = program;
      return { ...program, body: withoutRaces(body), fallback: withoutRaces(fallback) };
    }
    case 'choose':
      return { ...program, yes: withoutRaces(program.yes), no: withoutRaces(program.no) };
    case 'loop':
    case 'helper':
      return { ...program, body: withoutRaces(program.body) };
    case 'aside':
      return withoutRaces(program.body);
    default:
      return program;
  }
}

/** Which wording of a question is in use: number 0 unless it says otherwise. */
export type Wording = (path: string) => number;

/** What surrounds a run of a program. */
export interface Surroundings {
  readonly work: VirtualWork;
  readonly wording?: Wording;
  /** Called with each thing that the program sees, when it sees it. */
  readonly onSeen?: (thing: unknown) => void;
}

/** Runs a program; what it returns lists everything it saw, in the order it saw it. */
export async function runProgram(
  program: Program,
  ctx: FlowContext,
  surroundings: Surroundings,
): Promise<unknown> {
  const interpreter = new Interpreter(surroundings);
  const { seen } = interpreter;
  try {
    const value = await interpreter.run(program, ctx, 'p');
    seen.push(['returned', describe(value)]);
  } catch (error) {
    seen.push(['threw', describe(error)]);
  }
  return { seen, random: ctx.random(), uuid: ctx.uuid() };
}

/** What a program sees when an answer was given to another wording of its question. */
export const MISAPPLIED = 'the answer to another question';

const word = z
  .string()
  .min(2)
  .transform((text) => new Set([text, undefined]));
const count = z.int().optional();
const FORMS = [z.object({ word, count }), z.object({ word, count, note: z.string().optional() })];

class Interpreter {
  readonly seen: unknown[] = [];
  readonly #work: VirtualWork;
  readonly #wording: Wording;
  readonly #onSeen: (thing: unknown) => void;

  constructor({ work, wording = () => 0, onSeen = () => undefined }: Surroundings) {
    this.#work = work;
    this.#wording = wording;
    this.#onSeen = onSeen;
  }

  async run(program: Program, ctx: FlowContext, path: string): Promise<unknown> {
    const parts = (list: Program[]): Promise<unknown>[] =>
      list.map((part, i) => this.run(part, ctx, `${path}.${i}`));
    switch (program.type) {
      case 'confirm':
        return this.#note(path, ctx.confirm(path, this.#message(path)));
      case 'elicit':
        return this.#note(path, this.#elicit(ctx, path));
      case 'sample':
        return this.#note(path, this.#sample(ctx, path));
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
        const yes = await this.#note(path, ctx.confirm(path, this.#message(path)));
        return yes === true
          ? this.run(program.yes, ctx, `${path}.yes`)
          : this.run(program.no, ctx, `${path}.no`);
      }
      case 'aside':
        this.run(program.body, ctx, `${path}.aside`).catch(() => {});
        return 'aside';
    }
  }

  #message(path: string): string {
    const number = this.#wording(path);
    return number === 0 ? `${path}?` : `${path}, really? ${number}`;
  }

  async #elicit(ctx: FlowContext, path: string): Promise<unknown> {
    const message = this.#message(path);
    const schema = FORMS[hash(message) % 2]!;
    const answer = await ctx.elicit(path, { message, schema });
    if (answer.action !== 'accept') return answer;
    const isGiven = answer.content.word.has(shown(message, Object.keys(schema.shape)));
    return isGiven ? answer : MISAPPLIED;
  }

  async #sample(ctx: FlowContext, path: string): Promise<unknown> {
    const maxTokens = 1 + this.#wording(path);
    const answer = await ctx.sample(path, { messages: [], maxTokens });
    const { text } = answer.content as { text: string };
    return text.endsWith(` in ${maxTokens} tokens`) ? answer : MISAPPLIED;
  }

  async #note<T>(path: string, promise: Promise<T>): Promise<T> {
    try {
      const value = await promise;
      this.#see([path, describe(value)]);
      return value;
    } catch (error) {
      this.#see([path, describe(error)]);
      throw error;
    }
  }

  #see(thing: unknown): void {
    this.seen.push(thing);
    this.#onSeen(thing);
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

/** What authors do wrong in handlers, most of it after their call is over. */
import { type Context, inputRequired } from 'mcp-rondo';

const boo = (): never => {
  throw new Error('boo');
};
const later = (ms = 1): Promise<never> =>
  new Promise((_, reject) => setTimeout(() => reject(new Error('later')), ms));

/** A schema of no library, whose code fails. */
const schemaThat = (validate: () => unknown): never =>
  ({
    '~standard': {
      version: 1,
      vendor: 'own',
      validate,
      jsonSchema: { input: () => ({ type: 'object', properties: { a: { type: 'string' } } }) },
    },
  }) as never;

const form = (ctx: Context, validate: () => unknown): Promise<unknown> =>
  ctx.elicit('q', { message: 'Q?', schema: schemaThat(validate) });

export const MISTAKES: Record<string, (ctx: Context) => unknown> = {
  'asks after its result': (ctx) => {
    setTimeout(() => void ctx.confirm('late', 'Late?'), 1);
    return 'done';
  },
  'takes a step after its result': (ctx) => {
    setTimeout(() => void ctx.step('late', boo), 1);
    return 'done';
  },
  'does not await a step that fails': (ctx) => {
    void ctx.step('mail', boo);
    return 'done';
  },
  'does not await a step that fails later': (ctx) => {
    void ctx.step('mail', () => later());
    return 'done';
  },
  'does not await ctx.all of what fails': (ctx) => {
    void ctx.all({ mail: ctx.step('mail', boo) });
    return ctx.step('work', () => new Promise((resolve) => setTimeout(resolve, 20, 'done')));
  },
  'does not await a question': (ctx) => {
    void ctx.confirm('q', 'Q?');
    return 'done';
  },
  'does not await a checkpoint': (ctx) => {
    void ctx.checkpoint('c');
    return 'done';
  },
  'does not await what needs a store': (ctx) => {
    void ctx.detach();
    void ctx.sleep('s', 5);
    ctx.status('x');
    return 'done';
  },
  'asks in a step': (ctx) => ctx.step('s', () => ctx.confirm('q', 'Q?')),
  'asks in a step, later': (ctx) =>
    ctx.step('s', async () => {
      await null;
      return ctx.confirm('q', 'Q?');
    }),
  'uses a key twice': (ctx) => Promise.all([ctx.confirm('q', 'Q?'), ctx.confirm('q', 'Q?')]),
  'fails beside a question': (ctx) => Promise.all([ctx.confirm('q', 'Q?'), later()]),
  'fails beside a step': (ctx) => Promise.all([ctx.step('s', () => later(5)), later()]),
  'cleans up in vain': (ctx) => {
    ctx.onRoundEnd(boo);
    ctx.onRoundEnd(() => later());
    return 'done';
  },
  'cleans up in vain after a question': (ctx) => {
    ctx.onRoundEnd(boo);
    ctx.onRoundEnd(() => later());
    return ctx.confirm('q', 'Q?');
  },
  'listens to the signal and fails': (ctx) => {
    ctx.signal.addEventListener('abort', boo);
    ctx.signal.addEventListener('abort', () => later());
    return new Promise(() => {});
  },
  'listens to the signal of a step and fails': (ctx) =>
    ctx.step('s', ({ signal }) => {
      signal.addEventListener('abort', boo);
      return new Promise(() => {});
    }),
  'reports progress and logs after its result': (ctx) => {
    setTimeout(() => {
      ctx.progress(1);
      ctx.log('info', 'late');
    }, 1);
    return 'done';
  },
  'logs what has no JSON form': (ctx) => {
    ctx.log('info', { toJSON: boo });
    ctx.progress(Number.NaN, 5n as never, Symbol('x') as never);
    return 'done';
  },
  'returns what throws when it is read': () => Object.defineProperty({}, 'content', { get: boo }),
  'returns a proxy that throws': () =>
    new Proxy({}, { get: (_, name) => (name === 'then' ? undefined : boo()), ownKeys: boo }),
  'returns what throws when it is written': () => ({ content: [], toJSON: boo }),
  'returns content that throws when it is written': () => ({
    content: [{ type: 'text', text: { toJSON: boo } }],
  }),
  'returns a cycle': () => {
    const content: unknown[] = [];
    content.push({ type: 'text', text: content });
    return { content };
  },
  'returns what is to be awaited and throws': () => Object.defineProperty({}, 'then', { get: boo }),
  'returns what is to be awaited and settles twice': () => ({
    then: (resolve: (value: string) => void, reject: (error: Error) => void) => {
      resolve('done');
      reject(new Error('twice'));
      boo();
    },
  }),
  'a step returns what is to be awaited and throws': (ctx) =>
    ctx.step('s', () => Object.defineProperty({}, 'then', { get: boo })),
  'a step returns what throws when it is read': (ctx) =>
    ctx.step('s', () => Object.defineProperty({ a: 1 }, 'b', { get: boo, enumerable: true })),
  'a step returns a proxy that throws': (ctx) =>
    ctx.step('s', () => new Proxy({}, { ownKeys: boo, getPrototypeOf: boo })),
  'a schema throws': (ctx) => form(ctx, boo),
  'a schema rejects later': (ctx) => form(ctx, () => later()),
  'a schema never answers': (ctx) => form(ctx, () => new Promise(() => {})),
  'a schema answers nonsense': (ctx) => form(ctx, () => 7),
  'a schema answers issues that throw': (ctx) =>
    form(ctx, () => ({ issues: [Object.defineProperty({}, 'message', { get: boo })] })),
  'never ends': () => new Promise(() => {}),
  'asks nonsense by hand': () => inputRequired({ inputRequests: 7 as never }),
  'asks by hand what throws': () =>
    inputRequired({
      inputRequests: { q: Object.defineProperty({}, 'method', { get: boo }) } as never,
    }),
  'asks for all of nothing': (ctx) => ctx.all(null as never),
  'has a scope without a name': (ctx) => void ctx.scope(undefined as never),
  'throws nothing': () => {
    throw undefined;
  },
  'returns after an answer that was never asked for': (ctx) =>
    Promise.race([
      ctx.confirm('q', 'Q?'),
      new Promise((resolve) => setTimeout(resolve, 1, 'done')),
    ]),
};

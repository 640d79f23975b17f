/** Journals that are too large for a request state (S6). */
import { expect, it } from 'vitest';
import { MemoryGuard } from '../../src/guard/memory/memory-guard.ts';
import type { McpServer } from '../../src/server/server.ts';
import type { ServerOptions } from '../../src/server/options.ts';
import { MemorySpill } from '../../src/spill/memory-spill.ts';
import { defineStore } from '../../src/stores/define-store.ts';
import { inMemory } from '../../src/stores/memory-store.ts';
import { MemorySecret } from '../../src/stored/secret-store.ts';
import { TEST_KEY, overWires } from '../support/each-wire.ts';
import { REFUSED, RETRYABLE, YES } from '../support/guard.ts';
import { type Message, call, retry, textOf } from '../support/messages.ts';

const ROUNDS = 10;

/** A step of 20 KB in each round. */
function growing(ran: string[], config: object = {}) {
  return (server: McpServer): void => {
    server.registerTool('grow', config, async (ctx) => {
      let size = 0;
      for (let i = 0; i < ROUNDS; i++) {
        await ctx.confirm(`go ${i}`, `Go on with ${i}?`);
        const text = await ctx.step(`work ${i}`, () => {
          ran.push(`work ${i}`);
          return String(i).repeat(20_000);
        });
        size += text.length;
      }
      return String(size);
    });
  };
}

overWires('S6 a journal that outgrows its state', ['in process', 'node'], (bench) => {
  function spilling() {
    const spill = new MemorySpill();
    const [guard, secret] = [new MemoryGuard(), new MemorySecret()];
    const broken = new Set<string>();
    const seen = new Proxy(spill, {
      get(target, name: keyof MemorySpill) {
        const method = target[name] as (...args: never[]) => Promise<unknown>;
        return async (...args: never[]) => {
          if (broken.has(name)) throw new Error('the store is down');
          return method.apply(target, args);
        };
      },
    });
    const store = () =>
      defineStore({
        spill: seen,
        guard,
        secret,
        transaction: inMemory,
        close: async () => undefined,
      });
    return { spill, store, broken };
  }

  it('is in a store, sealed, and goes on at any instance', async () => {
    const ran: string[] = [];
    const { spill, store } = spilling();
    const open = () => bench.open(growing(ran), { store: store() });
    const instances = [await open(), await open()];
    const first = call('grow');
    let reply: Message = (await instances[0]!.send(first)).response;
    for (let i = 0; i < ROUNDS; i++) {
      const state = reply.result!['requestState'] as string;
      expect(state.length).toBeLessThan(32_768);
      const answered = retry(first, reply, { [`go ${i}`]: YES });
      reply = (await instances[i % 2]!.send(answered)).response;
    }
    expect(textOf(reply)).toBe(String(ROUNDS * 20_000));
    expect(ran).toHaveLength(ROUNDS);
    const stored = [...(await spill.countKeys()).keys()];
    const cells = (await Promise.all(stored.map((keyId) => spill.sealedUnder(keyId, 100)))).flat();
    expect(cells.length).toBeGreaterThan(0);
    expect(JSON.stringify(cells)).not.toContain('Go on with');
  });

  /** Until three rounds have run: the journal is in the store. */
  async function large(options: ServerOptions, ran: string[], config: object = {}) {
    const { send } = await bench.open(growing(ran, config), options);
    const first = call('grow');
    let reply: Message = (await send(first)).response;
    for (let i = 0; i < 3; i++) {
      reply = (await send(retry(first, reply, { [`go ${i}`]: YES }))).response;
    }
    return { send, next: () => retry(first, reply, { 'go 3': YES }) };
  }

  it('is answered with another try while the store is down, and nothing has run', async () => {
    const ran: string[] = [];
    const { store, broken } = spilling();
    const { send, next } = await large({ store: store() }, ran);
    broken.add('get');
    expect((await send(next())).response.error).toMatchObject(RETRYABLE);
    expect(ran).toHaveLength(3);
    broken.clear();
    expect((await send(next())).response.result).toMatchObject({ resultType: 'input_required' });
    expect(ran).toHaveLength(4);
  });

  it('runs no step twice that runs once, if the store went down while it ran', async () => {
    const ran: string[] = [];
    const { store, broken } = spilling();
    const { send, next } = await large({ store: store() }, ran, { replay: 'once' });
    broken.add('put');
    expect((await send(next())).response.error).toMatchObject(RETRYABLE);
    broken.clear();
    expect((await send(next())).response.result).toMatchObject({ resultType: 'input_required' });
    expect(ran).toEqual(['work 0', 'work 1', 'work 2', 'work 3']);
  });

  it('S3 is refused once it is not there any more, and only the log says why', async () => {
    const ran: string[] = [];
    const events: unknown[] = [];
    const { spill, store } = spilling();
    const on = (event: { type: string }): void => {
      if (event.type === 'state_refused') events.push(event);
    };
    const { send, next } = await large({ store: store(), on }, ran);
    const lost = new MemorySpill();
    Object.assign(spill, { get: lost.get.bind(lost) });
    expect((await send(next())).response.error).toEqual(REFUSED);
    expect(events).toMatchObject([{ check: 'journal' }]);
  });

  it('is an error as ever where there is no store', async () => {
    const ran: string[] = [];
    const { send } = await bench.open(growing(ran), { state: { keys: [TEST_KEY] } });
    const first = call('grow');
    let reply: Message = (await send(first)).response;
    for (let i = 0; i < 2; i++) {
      reply = (await send(retry(first, reply, { [`go ${i}`]: YES }))).response;
    }
    expect(reply.error).toMatchObject({ code: -32_603 });
  });
});

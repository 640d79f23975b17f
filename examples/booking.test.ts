/** Tests of booking.ts, here with the runner of Node. `npx tsx examples/booking.test.ts` */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testServer } from 'mcp-rondo/testing';
import { createServer } from './booking.ts';

/** A server for tests, and the bookings made through it, by idempotency key. */
function travel() {
  const bookings = new Map<string, string>();
  const airline = {
    flights: async (): Promise<[string, string]> => ['TP 931', 'LX 2084'],
    book: async (flight: string, key: string) => {
      if (!bookings.has(key)) bookings.set(key, flight);
      return `B${bookings.size}`;
    },
  };
  return { host: testServer((options) => createServer(airline, options)), bookings };
}

test('books the flight that is chosen', async () => {
  const { host, bookings } = travel();
  const flow = await host.callTool('book', { to: 'Lisbon' });
  flow.expectAsk('flight', { message: 'Which flight?' });
  await flow.answer('flight', { flight: 'LX 2084' });
  flow.expectAsk('sure', { message: /LX 2084 to Lisbon/ });
  await flow.answer('sure', true);
  assert.equal(flow.text, 'Booked LX 2084: B1.');
  assert.deepEqual([...bookings.values()], ['LX 2084']);
});

test('books nothing without a yes', async () => {
  const { host, bookings } = travel();
  const flow = await host.callTool('book', { to: 'Lisbon' });
  await flow.answer('flight', { flight: 'TP 931' });
  await flow.decline('sure');
  assert.equal(flow.text, 'Nothing booked.');
  assert.equal(bookings.size, 0);
});

test('books once, when the reply is lost', async () => {
  const { host, bookings } = travel();
  const flow = await host.callTool('book', { to: 'Lisbon' });
  await flow.answer('flight', { flight: 'TP 931' });
  await flow.answer('sure', true);
  await flow.resend();
  assert.equal(flow.text, 'Booked TP 931: B1.');
  assert.equal(bookings.size, 1);
});

test('books for nobody else, and not after an hour', async () => {
  const { host, bookings } = travel();
  const flow = await host.callTool('book', { to: 'Lisbon' }, { principal: 'alice' });
  await flow.answer('flight', { flight: 'TP 931' });
  const stolen = flow.fork({ principal: 'mallory' });
  await stolen.answer('sure', true);
  stolen.expectRefused('principal');
  host.advance(2 * 3_600_000);
  await flow.answer('sure', true);
  flow.expectRefused('expired');
  assert.equal(bookings.size, 0);
});

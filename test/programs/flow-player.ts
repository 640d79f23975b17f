/**
 * A process that takes a flow one part further: `begin`, `finish`, or `finish and lose`, which ends
 * when the reply has arrived and nobody has seen it yet. The flow lives in a file in between.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { Client } from 'mcp-rondo/client';

const [, , what, url = '', file = ''] = process.argv;

const fetch: typeof globalThis.fetch = async (to, init) => {
  const response = await globalThis.fetch(to, init);
  if (what === 'finish and lose') process.exit(9);
  return response;
};

const client = new Client(url, {
  name: 'player',
  version: '1.0.0',
  http: { fetch },
  onElicit: () => ({ action: 'cancel' }),
});

if (what === 'begin') {
  const flow = client.start('tools/call', { name: 'book', arguments: { to: 'Lisbon' } });
  await flow.advance();
  flow.answer('flight', { action: 'accept', content: { flight: 'LX 318' } });
  await flow.advance();
  flow.answer('seat', { action: 'accept', content: { seat: '12A' } });
  writeFileSync(file, JSON.stringify(flow));
} else {
  const flow = client.resume(JSON.parse(readFileSync(file, 'utf8')) as never);
  if (flow.unanswered.includes('sure')) {
    flow.answer('sure', { action: 'accept', content: { confirm: true } });
    // What is about to be sent is kept first: the reply may be lost.
    writeFileSync(file, JSON.stringify(flow));
  }
  await flow.advance();
  console.log(JSON.stringify(flow.result));
}

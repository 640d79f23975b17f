/**
 * A client with tokens in files. `call <url> <directory> <count>` makes calls at once, and says how many
 * worked; `hold <url> <directory>` takes the lock of the tokens, says so, and keeps it.
 */
import { fileStore, oauth } from 'mcp-rondo/auth';
import { Client } from 'mcp-rondo/client';

const [what, url = '', directory = '', third = '1'] = process.argv.slice(2);
const store = fileStore({ directory });

if (what === 'hold') {
  await store.lock(third, async () => {
    console.log('holding');
    await new Promise((resolve) => setTimeout(resolve, 3_600_000));
  });
} else {
  const redirect = (): never => {
    throw new Error('There is no browser here.');
  };
  const login = oauth({ redirect, redirectUri: 'http://127.0.0.1:9/callback', store });
  const client = new Client(url, { name: 'c', version: '1', legacy: 'never', http: login.http });
  const calls = Array.from({ length: Number(third) }, () => client.callTool('one'));
  const outcomes = await Promise.allSettled(calls);
  const failed = outcomes.find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') console.error(failed.reason);
  console.log(`${outcomes.filter(({ status }) => status === 'fulfilled').length} worked`);
  await client.close();
}

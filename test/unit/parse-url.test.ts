import { expect, test } from 'vitest';
import { urlQuestion } from '../../src/client/flows/url-question.ts';
import { rootsAsk } from '../../src/flow/asks/roots.ts';
import { parseUrl } from '../../src/base/parse-url.ts';

const START = 'https://example.com/';
const LONGEST = START + 'a'.repeat(8_192 - START.length);

test('an absolute URL is parsed, up to 8,192 characters', () => {
  expect(parseUrl(LONGEST)?.href).toBe(LONGEST);
  expect(parseUrl(`${LONGEST}a`)).toBeUndefined();
  expect(parseUrl('not a URL')).toBeUndefined();
});

test('a longer URL of a peer is refused as what is not a URL', async () => {
  const asked = urlQuestion({ mode: 'url', message: 'm', url: `${LONGEST}a` } as never, false);
  expect(asked).toEqual({ problem: 'it is not a URL' });
  const root = { uri: `file://${'a'.repeat(8_192)}` };
  expect(await rootsAsk('r').judge({ roots: [root] })).toMatchObject({ ok: false });
});

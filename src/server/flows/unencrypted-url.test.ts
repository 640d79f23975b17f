import { expect, it } from 'vitest';
import type { InputRequests } from '../../protocol/results.ts';
import { unencryptedUrl } from './unencrypted-url.ts';

function page(url: string): InputRequests[string] {
  const params = { mode: 'url', message: 'Open it', url, elicitationId: 'e' };
  return { method: 'elicitation/create', params } as InputRequests[string];
}

const form = {
  method: 'elicitation/create',
  params: { message: 'Which?', requestedSchema: { type: 'object', properties: {} } },
} as unknown as InputRequests[string];

it.each([
  'http://shop.example/pay',
  'http://192.168.0.7/pay',
  'http://localhost.example/',
  'HTTP://shop.example/',
])('%s is served by another machine without encryption', (url) => {
  expect(unencryptedUrl({ form, page: page(url) })).toBe('page');
});

it.each([
  'https://shop.example/pay',
  'http://localhost:3000/pay',
  'http://127.0.0.1/',
  'http://[::1]:3000/',
  'mailto:a@shop.example',
  'no URL',
])('%s is not', (url) => {
  expect(unencryptedUrl({ form, page: page(url) })).toBeUndefined();
});

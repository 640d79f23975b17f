import { expect, test } from 'vitest';
import { notifyListener } from './listener.ts';

const failing = {
  throws: () => {
    throw 'the failure';
  },
  rejects: () => Promise.reject('the failure'),
  'returns a thenable that rejects': () => ({
    // oxlint-disable-next-line unicorn/no-thenable -- the case
    then: (_: unknown, reject: (reason: unknown) => void) => reject('the failure'),
  }),
};

for (const [what, listen] of Object.entries(failing)) {
  test(`a listener that ${what} is reported, and its caller goes on`, async () => {
    const error = await new Promise((resolve) => notifyListener(listen, resolve));
    expect(error).toBe('the failure');
  });
}

test('a listener is called before notifyListener returns', () => {
  let called = false;
  notifyListener(() => (called = true));
  expect(called).toBe(true);
});

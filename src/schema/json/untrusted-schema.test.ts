import { expect, it } from 'vitest';
import { checkUntrusted } from './untrusted-schema.ts';

const LONG = 'a'.repeat(250);

it('a pattern is checked against short texts and short member names', async () => {
  const names = { propertyNames: { pattern: '^b*$' } };
  expect(await checkUntrusted(names, { bb: 1 })).toMatchObject({ ok: true });
  expect(await checkUntrusted(names, { aa: 1 })).toMatchObject({ ok: false });
  expect(await checkUntrusted({ pattern: 'a*a*b' }, LONG)).toMatchObject({ ok: false });
});

it('a pattern is not checked against long member names', async () => {
  const names = { propertyNames: { pattern: 'a*a*b' } };
  expect(await checkUntrusted(names, { ['a'.repeat(257)]: 1 })).toMatchObject({ ok: true });
});

it('patterns are not checked if all of them with all texts could take long', async () => {
  const many = Array.from({ length: 20 }, () => LONG);
  expect(await checkUntrusted({ items: { pattern: 'a*a*b' } }, many)).toMatchObject({ ok: true });
  const nested = Array.from({ length: 20 }, () => ({ not: { not: { pattern: 'a*a*b' } } }));
  expect(await checkUntrusted({ allOf: nested }, LONG)).toMatchObject({ ok: true });
  const referring = {
    $defs: { p: { pattern: 'a*a*b' } },
    allOf: Array.from({ length: 20 }, () => ({ $ref: '#/$defs/p' })),
  };
  expect(await checkUntrusted(referring, LONG)).toMatchObject({ ok: true });
});

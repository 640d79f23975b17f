/** What flows take of a server's memory while they wait for answers: nothing. */
import { expect, it } from 'vitest';
import { Program } from '../support/program.ts';

it('MS-12 F5 100,000 flows that wait for answers take less than 1 MiB of the server: 10 bytes each', async () => {
  const program = new Program('test/programs/waiting-flows.ts');
  const [, count, growth] = await program.until(/^(\d+) (-?\d+)\n/);
  expect(Number(count)).toBe(100_000);
  expect(Number(growth)).toBeLessThan(1024 ** 2);
});

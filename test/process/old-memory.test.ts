/** What old clients take of a server's memory: nothing while they are idle, little while they are asked. */
import { expect, it } from 'vitest';
import { Program } from '../support/program.ts';

it('L4 L10 1,000 idle sessions take less than 1 MiB, and an open question less than 20 KiB', async () => {
  const program = new Program('test/programs/old-memory.ts');
  await program.until(/}/);
  const { count, idle, questions } = JSON.parse(program.output) as Record<string, number>;
  expect(count).toBe(1_000);
  expect(idle).toBeLessThan(1024 ** 2);
  expect(questions! / count!).toBeLessThan(20 * 1024);
});

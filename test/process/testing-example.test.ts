/** The example of docs/testing.md passes, with another test runner than ours. */
import { expect, it } from 'vitest';
import { Program } from '../support/program.ts';

it('the booking example passes', async () => {
  const example = new Program('examples/booking.test.ts');
  const code = await example.ended();
  expect({ code, output: example.output + example.errors }).toEqual({
    code: 0,
    output: expect.stringMatching(/^. pass 4$/m),
  });
});

import { describe, expect, it } from 'vitest';
import { narrowed } from './help.ts';

const TEXT = `Usage: rondo call [options] <url or command> <tool>

Options:
  --save <file>
      keep it in this file until it is complete
  2    the command line is wrong

Example:
  rondo call http://127.0.0.1:3000/mcp deploy

Every user of this machine can see keys on the command line, in the list of
processes.
`;

describe('help', () => {
  it('help on a narrow terminal is broken between words, and its commands stay whole', () => {
    expect(narrowed(TEXT, 30)).toBe(`Usage: rondo call [options]
       <url or command> <tool>

Options:
  --save <file>
      keep it in this file
      until it is complete
  2    the command line is
       wrong

Example:
  rondo call http://127.0.0.1:3000/mcp deploy

Every user of this machine can
see keys on the command line,
in the list of processes.
`);
  });

  it('help on a terminal of 80 columns is as it was written', () => {
    expect(narrowed(TEXT, 80)).toBe(TEXT);
  });
});

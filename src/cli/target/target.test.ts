import { describe, expect, it } from 'vitest';
import { UsageError } from '../failure.ts';
import { splitCommand } from './split-command.ts';
import { describeAddress, takeTarget } from './target.ts';

const cwd = process.cwd();

describe('a command line', () => {
  it('is split at white space, with quotes around what belongs together', () => {
    expect(splitCommand('node server.js')).toEqual(['node', 'server.js']);
    expect(splitCommand(`  a\t'b c' "d 'e'" f"g h"i '' `)).toEqual([
      'a',
      'b c',
      "d 'e'",
      'fg hi',
      '',
    ]);
  });

  it('is not touched otherwise: there is no shell', () => {
    expect(splitCommand('a $HOME `id` ; rm * | x > y \\n')).toEqual([
      'a',
      '$HOME',
      '`id`',
      ';',
      'rm',
      '*',
      '|',
      'x',
      '>',
      'y',
      '\\n',
    ]);
  });

  it('is refused with a quote that is not closed', () => {
    for (const line of ["a 'b", 'a "b', `a 'b' "`])
      expect(() => splitCommand(line)).toThrow(UsageError);
  });
});

describe('which server', () => {
  it('is said by the first word', () => {
    const url = 'https://example.com/mcp';
    expect(takeTarget({ words: [url, 'tool'], program: undefined }, ['tool'])).toEqual({
      address: { url },
      words: ['tool'],
    });
    expect(takeTarget({ words: ['node server.js'], program: undefined }, [])).toEqual({
      address: { command: 'node', args: ['server.js'], cwd },
      words: [],
    });
  });

  it('or is what stands behind the dashes', () => {
    const given = { words: ['tool'], program: ['node', 'my server.js', '--', '$x'] };
    expect(takeTarget(given, ['tool'])).toEqual({
      address: { command: 'node', args: ['my server.js', '--', '$x'], cwd },
      words: ['tool'],
    });
  });

  it.each([
    [[], undefined, 'Which server?'],
    [['https://x.example'], undefined, '<tool> is missing'],
    [['https://x.example', 'tool', 'more'], undefined, "What is 'more' for?"],
    [['https://', 'tool'], undefined, 'not a URL'],
    [['  ', 'tool'], undefined, 'empty'],
    [['tool'], [], 'empty'],
    [['node server.js', 'tool'], ['node'], "What is 'tool' for?"],
  ])('%j %j is refused: %s', (words, program, message) => {
    expect(() => takeTarget({ words, program }, ['tool'])).toThrow(message);
  });

  it('is shown without credentials and query', () => {
    const url = 'https://me:secret@example.com:8443/mcp?token=secret';
    expect(describeAddress({ url })).toBe('https://example.com:8443/mcp');
    expect(describeAddress({ command: 'node', args: ['a.js'], cwd })).toBe('node a.js');
  });
});

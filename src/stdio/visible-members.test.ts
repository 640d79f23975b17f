import { describe, expect, it } from 'vitest';
import { LineSplitter, type Line } from './lines.ts';
import { visibleId, visibleMembers } from './visible-members.ts';

const LONG = 'x'.repeat(5_000);

/** What a splitter with a limit of 4,000 bytes makes of one line, in chunks of so many bytes. */
function read(text: string | Buffer, size = 100_000): Line {
  const lines: Line[] = [];
  const splitter = new LineSplitter(4_000, (line) => void lines.push(line));
  const bytes = Buffer.concat([Buffer.from(text), Buffer.from('\n')]);
  for (let at = 0; at < bytes.length; at += size) splitter.push(bytes.subarray(at, at + size));
  expect(lines).toHaveLength(1);
  return lines[0]!;
}

function idOf(text: string | Buffer, size?: number): unknown {
  const line = read(text, size);
  if ('text' in line) throw new Error('It could be read.');
  return visibleId(line);
}

describe('the id of a line that is too long', () => {
  const seen: [string, string, unknown][] = [
    ['first', `{"jsonrpc":"2.0","id":7,"params":"${LONG}"}`, 7],
    ['last', `{"method":"m","params":{"a":["${LONG}"]},"jsonrpc":"2.0","id":8}`, 8],
    ['last, with white space', `{"a":"${LONG}" ,\t"id" : "s" }  `, 's'],
    ['last, behind strings with quotes', `{"a":"${LONG}","b":"\\"\\\\","id":9}`, 9],
    ['before other members', `{"a":"${LONG}","id":9,"b":{"id":1},"c":[{"id":2}]}`, 9],
    ['written with an escape', `{"\\u0069d":3,"a":"${LONG}"}`, 3],
    ['at both ends, the same', `{"id":3,"a":"${LONG}","id":3}`, 3],
  ];
  it.each(seen)('EN-3 is seen when it is %s', (_where, text, id) => {
    for (const size of [100_000, 1_000, 7, 1]) expect(idOf(text, size)).toBe(id);
  });

  const unseen: [string, string][] = [
    ['only in an object in it', `{"params":{"id":1,"a":"${LONG}"}}`],
    ['only in an object at its end', `{"a":"${LONG}","result":{"x":[{"id":1}],"id":2}}`],
    ['only in a string', `{"a":"${LONG} \\",\\"id\\":4}`],
    ['only in a string at its end', `{"a":"${LONG}\\",\\"id\\":4,\\"b\\":\\"\\"}"}`],
    ['in the middle', `{"a":"${LONG}","id":5,"b":"${LONG}"}`],
    ['two different ones', `{"id":1,"a":"${LONG}","id":2}`],
    ['two different ones at one end', `{"id":1,"id":2,"a":"${LONG}"}`],
    ['of a type that no id has', `{"id":{"a":1},"x":"${LONG}","id":1.5}`],
    ['null', `{"id":null,"a":"${LONG}"}`],
    ['cut', `{"a":"${'x'.repeat(1_013)}","id":123456,"b":"${LONG}"}`],
    ['that of an array', `["id",1,"${LONG}"]`],
    ['before its beginning', `"id":1,{"a":"${LONG}"}`],
  ];
  it.each(unseen)('EN-3 is not seen when it is %s', (_where, text) => {
    for (const size of [100_000, 1_000, 7]) expect(idOf(text, size)).toBeUndefined();
  });

  it('EN-3 is not guessed where its bytes are not UTF-8', () => {
    const bytes = (id: number[]) => Buffer.concat([Buffer.from('{"id":"'), Buffer.from(id)]);
    const end = Buffer.from('","jsonrpc":"2.0"}');
    expect(idOf(Buffer.concat([bytes([0x61, 0xff]), end]))).toBeUndefined();
    const elsewhere = Buffer.concat([bytes([0x61]), Buffer.from('","b":"'), Buffer.from([0xff])]);
    expect(idOf(Buffer.concat([elsewhere, end]))).toBe('a');
  });
});

it('members that are visible are those of the message itself', () => {
  const line = read(`{"jsonrpc":"2.0","params":{"x":1,"y":"${LONG}"},"method":"m","id":1}`);
  expect(Object.fromEntries(visibleMembers(line as never))).toMatchObject({
    jsonrpc: '2.0',
    method: 'm',
    id: 1,
  });
});

it('a line that is too long leaves nothing behind for the next', () => {
  const lines: Line[] = [];
  const splitter = new LineSplitter(10, (line) => void lines.push(line));
  splitter.push(Buffer.from(`${LONG}\n{"id":2}\n${LONG}`));
  splitter.push(Buffer.from('\nshort\n'));
  expect(lines.map((line) => ('text' in line ? line.text : line.problem))).toEqual([
    'too long',
    '{"id":2}',
    'too long',
    'short',
  ]);
});

import { describe, expect, it } from 'vitest';
import { RpcError } from '../../protocol/rpc-error.ts';
import { recordError, recordValue } from './record.ts';

const described = (thrown: unknown): unknown => (recordError(thrown) as { error: unknown }).error;

describe('F6 a value is recorded', () => {
  it('as its encoding', () => {
    expect(recordValue({ at: new Date(5) })).toEqual({ type: 'value', value: { at: { '~d': 5 } } });
  });

  it('as a failure if it has none', () => {
    expect(recordValue({ fn: () => 1 })).toEqual({
      type: 'error',
      error: {
        name: 'RondoError',
        code: 'unrecordable_value',
        message: "'fn' is a function and cannot be recorded",
      },
    });
  });
});

describe('F6 an error is recorded', () => {
  it('with its name, message, code and data, and nothing else', () => {
    const thrown = Object.assign(new RpcError(7, 'no', { why: new Date(1) }), { more: 1 });
    expect(described(thrown)).toStrictEqual({
      name: 'RpcError',
      message: 'no',
      code: 7,
      data: { why: { '~d': 1 } },
    });
    expect(described(new RangeError('far'))).toStrictEqual({ name: 'RangeError', message: 'far' });
  });

  const withMember = (members: object): Error => Object.assign(new Error('x'), members);
  const plain = { name: 'Error', message: 'x' };
  const members: [string, Error, object][] = [
    ['a code that is a text', withMember({ code: 'ENOENT' }), { ...plain, code: 'ENOENT' }],
    ['a code of zero', withMember({ code: 0 }), { ...plain, code: 0 }],
    ['a code that is no number', withMember({ code: Number.NaN }), plain],
    ['a code that is an object', withMember({ code: {} }), plain],
    ['data that is false', withMember({ data: false }), { ...plain, data: false }],
    ['data that cannot be recorded', withMember({ data: () => 1 }), plain],
  ];
  it.each(members)('that has %s', (_name, error, recorded) => {
    expect(described(error)).toStrictEqual(recorded);
  });

  it('also when it is none', () => {
    expect(described('text')).toEqual({ name: 'Error', message: 'text' });
    expect(described({ name: 'Fault', message: 'x', code: 1 })).toMatchObject({ name: 'Error' });
  });
});

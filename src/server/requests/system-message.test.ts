import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { StepError } from '../../flow/journal/errors.ts';
import { systemMessage } from './system-message.ts';

const systemError = (code: unknown, more: object = { syscall: 'open' }): Error =>
  Object.assign(new Error('secret'), { code, ...more });

function caught(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

const MISSING = 'ENOENT: no such file or directory';

describe('an error of the operating system', () => {
  it('is its code and meaning, without the path', () => {
    expect(systemMessage(caught(() => readFileSync('/not/there')))).toBe(MISSING);
  });

  it('is its code alone where the platform knows no meaning', () => {
    expect(systemMessage(systemError('EODD'))).toBe('EODD');
  });

  it('is that of a step that failed by it', () => {
    const failed = new StepError('read', { name: 'Error', message: 'x' });
    expect(systemMessage(Object.assign(failed, { cause: systemError('ENOENT') }))).toBe(MISSING);
    expect(systemMessage(Object.assign(failed, { cause: new Error('x') }))).toBeUndefined();
  });

  it('is that of one address, when all of a host have failed', () => {
    const all = (...errors: unknown[]): Error => systemError('ENOENT', { errors });
    expect(systemMessage(all(new Error('x'), systemError('ENOENT')))).toBe(MISSING);
    expect(systemMessage(all(new Error('x')))).toBeUndefined();
    expect(systemMessage(all())).toBeUndefined();
  });

  it.each([
    ['nothing', undefined],
    ['a text', 'ENOENT'],
    ['an error without a code', new Error('ENOENT')],
    ['a number', systemError(2)],
    ["an author's own error with a code", systemError('ENOENT', {})],
    ['a code and more', systemError('ENOENT /secret')],
    ['something in front of a code', systemError('xENOENT')],
    ['another code', systemError('NOENT')],
    ['half a code', systemError('E')],
    ['a code of small letters', systemError('Enoent')],
    ['errors that are no list', systemError('ENOENT', { errors: 'x' })],
  ])('is not %s', (_name, error) => {
    expect(systemMessage(error)).toBeUndefined();
  });
});

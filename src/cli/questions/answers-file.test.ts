import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FormQuestion } from '../../client/flows/handlers.ts';
import { temporaryFolder } from '../test-support/temporary-folder.ts';
import { Status } from '../terminal/status.ts';
import { type Answerer, type AskedQuestion, inTurn, nobody } from './answerer.ts';
import { answersFrom } from './answers-file.ts';

const written: string[] = [];
const status = new Status({ write: (text) => written.push(text) });

function answers(content: string): Answerer {
  const file = join(temporaryFolder(), 'answers.json');
  writeFileSync(file, content);
  return answersFrom(file, status);
}

const question = { message: '', requestedSchema: { type: 'object' as const, properties: {} } };

function asked(key: string): AskedQuestion {
  return {
    key,
    server: undefined,
    signal: new AbortController().signal,
    number: 1,
    of: 1,
    where: '',
  };
}

describe('answers from a file', () => {
  it.each([
    ['decline', { action: 'decline' }],
    ['cancel', { action: 'cancel' }],
    ['accept', { action: 'accept', content: {} }],
    [{ action: 'decline' }, { action: 'decline' }],
    [
      { action: 'accept', content: { a: 1 } },
      { action: 'accept', content: { a: 1 } },
    ],
    [{ a: 1 }, { action: 'accept', content: { a: 1 } }],
    [
      { action: 'accept', a: 1 },
      { action: 'accept', content: { action: 'accept', a: 1 } },
    ],
    [{ action: 'jump' }, { action: 'accept', content: { action: 'jump' } }],
  ])('%j is %j', async (given, answer) => {
    const file = answers(JSON.stringify({ key: given }));
    expect(file.canAnswer('key')).toBe(true);
    expect(await file.form(question, asked('key'))).toEqual(answer);
  });

  it('yes or no, for a form that asks for nothing else', async () => {
    const file = answers('{"key":true,"no":false}');
    const boolean = { type: 'boolean' } as const;
    const asking = (properties: FormQuestion['requestedSchema']['properties']): FormQuestion => ({
      message: '',
      requestedSchema: { type: 'object', properties },
    });
    const yes = (content: object): object => ({ action: 'accept', content });
    expect(await file.form(asking({ confirm: boolean }), asked('key'))).toEqual(
      yes({ confirm: true }),
    );
    expect(await file.form(asking({ sure: boolean }), asked('no'))).toEqual(yes({ sure: false }));
    const two = asking({ confirm: boolean, sure: boolean });
    expect(await file.form(two, asked('key'))).toEqual(yes({ confirm: true }));
  });

  it.each(['true', '{"a":1}'])('the content %s is not consent to open a page', async (content) => {
    const page = { message: '', url: new URL('https://example.com/'), warnings: [] };
    const file = answers(`{"key":${content}}`);
    await expect(file.url(page, asked('key'))).rejects.toThrow("'key' is a page");
  });

  it('consent to a page, which is shown and not opened', async () => {
    const file = answers('{"key":"accept"}');
    const page = { message: '', url: new URL('https://example.com/'), warnings: [] };
    expect(await file.url(page, asked('key'))).toEqual({ action: 'accept' });
    expect(written.join('')).toContain('https://example.com/');
  });

  it('leave other questions to whoever is there', async () => {
    const both = inTurn(answers('{"key":"decline"}'), {
      ...nobody,
      canAnswer: (key) => key === 'other',
    });
    expect(['key', 'other', 'third'].map((key) => both.canAnswer(key))).toEqual([
      true,
      true,
      false,
    ]);
    expect(await both.form(question, asked('other'))).toMatchObject({ reason: 'headless' });
  });

  it.each(['', '[]', '{"key":1}', '{"key":null}', '{"key":{"n":1e400}}'])(
    'are refused as %j',
    (content) => {
      expect(() => answers(content)).toThrow('--answers');
    },
  );
});

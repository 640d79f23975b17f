import { describe, expect, it, vi } from 'vitest';
import { optionsAmong, waitUntilAmong } from './platform-arguments.ts';

const principal = { issuer: 'i', subject: 's' };

describe('the options among what follows a request', () => {
  it.each<[string, unknown[], object]>([
    ['nothing', [], {}],
    ['undefined', [undefined], {}],
    ['options', [{ principal }], { principal }],
    ['no options', [{}], {}],
    ['options of Workers, in any place', [{ KEY: 1 }, { waitUntil() {} }], {}],
    ['a principal first', [{ principal }, undefined], { principal }],
    ['a principal last', [{ KEY: 1 }, { principal }], { principal }],
    ['a principal that is undefined', [{ principal: undefined }], { principal: undefined }],
    ['Deno', [{ remoteAddr: {} }], {}],
    ['Bun', [{ requestIP() {} }], {}],
    ['a server of Node', [{ incoming: {}, outgoing: {} }], {}],
    ['Next.js', [{ params: {} }], {}],
    ['Vercel', [{ waitUntil() {} }], {}],
    ['bindings and a text', [{ KEY: 1 }, 'x', null], {}],
  ])('%s', (_, following, options) => expect(optionsAmong(following)).toEqual(options));

  it('have no waitUntil, which is no option of a node handler', () => {
    const options = optionsAmong([{ principal, waitUntil() {}, other: 1 }]);
    expect(options).toEqual({ principal, other: 1 });
  });

  it('with one argument are that argument, so that a wrong member is refused', () => {
    expect(optionsAmong([{ principle: principal }])).toEqual({ principle: principal });
    expect(optionsAmong(['text'])).toBe('text');
    expect(optionsAmong([null])).toBeNull();
  });

  it('cannot have a principal twice', () => {
    expect(() => optionsAmong([{ principal }, { principal }])).toThrow('once');
  });

  it.each([
    [{ Principal: principal }, 'Principal'],
    [{ principle: principal }, 'principle'],
    [{ authInfo: {} }, 'authInfo'],
    [{ parsedBody: {} }, 'parsedBody'],
  ])('with several arguments are a member that was meant for one: %j', (wrong, name) => {
    expect(optionsAmong([{ KEY: 1 }, wrong])).toEqual({ [name]: true });
    expect(optionsAmong([wrong, { waitUntil() {} }])).toEqual({ [name]: true });
  });

  it('with several arguments are none of the bindings of a Worker', () => {
    const bindings = { PRINCIPAL: 1, DB: {}, other: 2 };
    expect(optionsAmong([bindings, { waitUntil() {} }])).toEqual({});
  });
});

describe('what keeps the process', () => {
  it('is the waitUntil of any argument, called on what it belongs to', () => {
    const work = Promise.resolve();
    for (const before of [[], [{ KEY: 1 }], [null, 'x']]) {
      const platform = {
        waitUntil: vi.fn(function (this: unknown) {
          expect(this).toBe(platform);
        }),
      };
      const keep = waitUntilAmong([...before, platform]) as (work: Promise<unknown>) => void;
      keep(work);
      expect(platform.waitUntil).toHaveBeenCalledExactlyOnceWith(work);
    }
  });

  it.each<[string, unknown[]]>([
    ['no argument', []],
    ['no such member', [{ principal }]],
    ['a member that is undefined', [{ principal, waitUntil: undefined }]],
    ['a member of a platform that is no function', [{ waitUntil: 7 }]],
  ])('is nothing with %s', (_, following) => expect(waitUntilAmong(following)).toBeUndefined());

  it('is a mistake beside a principal if it is no function', () => {
    expect(() => waitUntilAmong([{ principal, waitUntil: 7 }])).toThrow("'waitUntil'");
  });
});

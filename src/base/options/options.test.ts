import { describe, expect, it } from 'vitest';
import {
  callable,
  count,
  flag,
  having,
  listOf,
  oneOf,
  positive,
  nonEmptyText,
  delay,
} from './option-checks.ts';
import { nearest } from './nearest.ts';
import { RondoError } from '../errors.ts';
import { type OptionSet, readOptions } from './options.ts';

interface Oven {
  readonly heat?: number;
  readonly door?: { readonly locked?: boolean; readonly guard?: () => boolean };
  readonly light?: { readonly colour?: string };
}

const OVEN: OptionSet<Oven> = {
  of: 'Oven',
  table: {
    heat: positive,
    door: { locked: flag, guard: callable },
    light: { colour: nonEmptyText },
  },
  elsewhere: { 'in the options of plugIn()': { socket: count } },
  notes: { microwave: 'An oven has none.' },
};

const read = (given: unknown): Oven => readOptions(OVEN, given as Oven);

function problem(given: unknown): string | undefined {
  try {
    return void read(given);
  } catch (error) {
    if (error instanceof RondoError) return error.message;
    throw error;
  }
}

describe('options', () => {
  it('that are known and fit have no problem, and are left as they are', () => {
    const given = Object.freeze({ heat: 180, door: Object.freeze({ locked: true }) });
    expect(problem(given)).toBeUndefined();
    expect(problem({})).toBeUndefined();
  });

  it('that are undefined count as absent, unknown ones too', () => {
    const given = { heat: undefined, door: { guard: undefined }, light: undefined, hat: undefined };
    expect(problem(given)).toBeUndefined();
  });

  it.each([
    [{ haet: 180 }, "'haet' is not an option of Oven. Did you mean 'heat'?"],
    [{ door: { lock: true } }, "'door.lock' is not an option of Oven. Did you mean 'locked'?"],
    [{ guard: () => true }, "'guard' is not an option of Oven. It belongs under 'door'."],
    [
      { light: { guard: () => true } },
      "'light.guard' is not an option of Oven. It belongs under 'door'.",
    ],
    [
      { door: { heat: 1 } },
      "'door.heat' is not an option of Oven. It belongs in the options of Oven itself.",
    ],
    [{ socket: 1 }, "'socket' is not an option of Oven. It belongs in the options of plugIn()."],
    [
      { gaurd: () => true },
      "'gaurd' is not an option of Oven. Did you mean 'guard', which belongs under 'door'?",
    ],
    [{ microwave: true }, "'microwave' is not an option of Oven. An oven has none."],
    [{ zzz: 1 }, "'zzz' is not an option of Oven. There are: heat, door, light."],
    [JSON.parse('{"__proto__": {"heat": 1}}'), "'__proto__' is not an option of Oven."],
    [{ constructor: 1 }, "'constructor' is not an option of Oven."],
    [{ toString: 1 }, "'toString' is not an option of Oven."],
  ])('%j is refused with advice', (given, message) => {
    expect(problem(given)).toContain(message);
  });

  it.each([
    [{ heat: '180' }, "Option 'heat' of Oven must be a whole number above 0."],
    [{ heat: null }, "Option 'heat' of Oven must be a whole number above 0."],
    [{ door: null }, "Option 'door' of Oven must be an object."],
    [{ door: 'oak' }, "Option 'door' of Oven must be an object."],
    [{ door: [] }, "Option 'door' of Oven must be an object."],
    [{ door: { guard: 'a dog' } }, "Option 'door.guard' of Oven must be a function."],
    [null, 'The options of Oven must be an object; {} for none.'],
    [180, 'The options of Oven must be an object; {} for none.'],
    [() => 180, 'The options of Oven must be an object; {} for none.'],
  ])('%j is refused for its value', (given, message) => {
    expect(problem(given)).toBe(message);
  });

  it('that are inherited are judged as they are read: like others', () => {
    expect(problem(Object.create({ guard: () => true }))).toContain("belongs under 'door'");
    class Settings {
      get heat(): number {
        return -1;
      }
    }
    expect(problem(new Settings())).toContain("'heat' of Oven must be");
  });

  it('are read once: what was checked is what is used', () => {
    let reads = 0;
    const given = {
      get heat() {
        return reads++ === 0 ? 180 : -1;
      },
      door: { locked: true },
    };
    const oven = read(given);
    given.door.locked = 'no' as never;
    expect([oven.heat, oven.heat, oven.door]).toEqual([180, 180, { locked: true }]);
    expect(reads).toBe(1);
  });

  it('that are not enumerable count like others', () => {
    const hidden = (name: string, value: unknown) => Object.defineProperty({}, name, { value });
    expect(problem(hidden('guard', () => true))).toContain("belongs under 'door'");
    expect(problem({ door: hidden('lock', true) })).toContain("Did you mean 'locked'?");
    expect(read(hidden('heat', 180))).toEqual({ heat: 180 });
  });

  it('that are methods of a class count, and keep their instance', () => {
    class Guard {
      #is = true;
      guard(): boolean {
        return this.#is;
      }
    }
    expect(problem(new Guard())).toContain("belongs under 'door'");
    const guard = read({ door: new Guard() }).door?.guard;
    expect(guard?.()).toBe(true);
  });

  it.each([
    [new Map([['heat', 180]]), 'The options of Oven'],
    [new Set(['heat']), 'The options of Oven'],
    [{ door: new Map([['locked', true]]) }, "Option 'door' of Oven"],
  ])('in a collection are refused: they would be overlooked', (given, whose) => {
    expect(problem(given)).toBe(`${whose} must be an object with members, not a collection.`);
  });

  it('without effect are taken, and reported where somebody listens', () => {
    const reported: string[] = [];
    const set = { ...OVEN, ignored: { steam: 'There is none.' } };
    const oven = readOptions(set, { heat: 1, steam: true } as Oven, (name, what) =>
      reported.push(`${name}: ${what}`),
    );
    expect(oven).toEqual({ heat: 1 });
    expect(reported).toEqual(['steam: There is none.']);
  });

  it('are declared completely: a name that is missing, or one too many, does not compile', () => {
    const missing: OptionSet<Oven>['table'] = {
      heat: positive,
      // @ts-expect-error `guard` is missing
      door: { locked: flag },
      light: { colour: nonEmptyText },
    };
    const added: OptionSet<Oven>['table'] = {
      ...OVEN.table,
      // @ts-expect-error the oven has no such option
      colour: nonEmptyText,
    };
    expect([missing, added]).toHaveLength(2);
  });
});

describe('a check of a value', () => {
  it.each([
    ['positive', positive, [1, 2 ** 40], [0, -1, 1.5, Number.NaN, Infinity, '1', null, 1n]],
    ['count', count, [0, 7], [-1, 0.5, Number.NaN, Infinity, '0']],
    ['delay', delay, [0, 25_000, 2 ** 31 - 1], [2 ** 31, -1, Number.NaN, '5']],
    ['flag', flag, [true, false], ['false', 0, null]],
    ['nonEmptyText', nonEmptyText, ['a'], ['', 1, null, ['a']]],
    ['callable', callable, [() => 1], [{}, 'f', null]],
    ['oneOf', oneOf('a', 'b'), ['a', 'b'], ['c', '', 0, null]],
    [
      'listOf',
      listOf('ones', (item) => item === 1),
      [[], [1, 1]],
      [1, '1', [1, 2], null, { 0: 1 }],
    ],
    ['having', having('on'), [{ on() {} }], [{}, null, 'on', { on: 1 }]],
  ] as const)('%s takes what fits and nothing else', (_name, check, good, bad) => {
    for (const value of good) expect(check(value)).toBeUndefined();
    for (const value of bad) expect(check(value)).toMatch(/^must be /);
  });

  it('says which item of a list does not fit, without showing it', () => {
    const check = listOf('host names', (item) => item === 'a');
    expect(check(['a', 'secret'])).toBe('must be an array of host names; item [1] is not one');
  });
});

describe('the nearest name', () => {
  const names = ['keys', 'protection', 'allowedHosts', 'authenticate', 'roundTimeout'];

  it.each([
    ['key', 'keys'],
    ['allowedhosts', 'allowedHosts'],
    ['authentcate', 'authenticate'],
    ['auth', 'authenticate'],
    ['ALLOWEDHOSTS', 'allowedHosts'],
    ['authenticateRequest', 'authenticate'],
    ['timeout', 'roundTimeout'],
    ['port', undefined],
    ['x', undefined],
    ['', undefined],
    ['k'.repeat(100_000), undefined],
  ])('to %s is %s', (name, expected) => {
    expect(nearest(name, names)).toBe(expected);
  });
});

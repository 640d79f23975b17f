/** Makes of a good request another one: parts are replaced, damaged, left out, or taken from others. */
import { ODD_BODIES, ODD_HEADERS, ODD_VALUES, READ_HEADERS } from '../support/odd-inputs.ts';
import type { Chance } from '../support/random-flows/chance.ts';
import type { RawRequest } from './raw-request.ts';

type Mutation = (request: RawRequest, chance: Chance, samples: readonly RawRequest[]) => RawRequest;

/** What is not read as the value of one header. */
const NO_VALUE = /[^\x20-\x7e\x80-\xff]/g;

export function mutate(samples: readonly RawRequest[], caller: string, chance: Chance): RawRequest {
  const good = chance.pick(samples);
  const authorization = `Bearer ${caller}`;
  let request: RawRequest = { ...good, headers: { ...good.headers, authorization } };
  const times = chance.below(4);
  for (let i = 0; i < times; i++) request = chance.pick(MUTATIONS)(request, chance, samples);
  // Whoever sends it: what is found must be theirs to have.
  return { ...request, headers: { ...request.headers, authorization } };
}

const MUTATIONS: readonly Mutation[] = [
  changeMember,
  changeMember,
  changeMember,
  (request, chance) => ({ ...request, body: damaged(request.body, chance) }),
  (request, chance) => (chance.oneIn(10) ? { ...request, body: chance.pick(ODD_BODIES) } : request),
  (request, chance, samples) => ({ ...request, body: chance.pick(samples).body }),
  changeHeader,
  changeHeader,
  (request, chance) => ({
    ...request,
    verb: chance.pick(['POST', 'GET', 'DELETE', 'PUT', 'HEAD']),
  }),
];

function changeHeader(
  request: RawRequest,
  chance: Chance,
  samples: readonly RawRequest[],
): RawRequest {
  const name = chance.pick([...Object.keys(request.headers), ...READ_HEADERS]);
  const { [name]: value = '', ...others } = request.headers;
  const other = chance.pick(samples).headers[name] ?? chance.pick(ODD_HEADERS);
  switch (chance.below(4)) {
    case 0:
      return { ...request, headers: others };
    case 1:
      return { ...request, headers: { ...others, [name]: other } };
    case 2:
      return { ...request, headers: { ...others, [name]: chance.pick(ODD_HEADERS) } };
    default:
      return {
        ...request,
        headers: { ...others, [name]: damaged(value, chance).replace(NO_VALUE, '') },
      };
  }
}

/** Replaces one value in the body, at any depth. */
function changeMember(
  request: RawRequest,
  chance: Chance,
  samples: readonly RawRequest[],
): RawRequest {
  const body = parsed(request.body);
  const places = body === undefined ? [] : placesIn(body);
  if (places.length === 0) return request;
  const { object, name } = chance.pick(places);
  object[name] = otherValue(object[name], name, chance, samples);
  return { ...request, body: JSON.stringify(body) };
}

function otherValue(
  value: unknown,
  name: string,
  chance: Chance,
  samples: readonly RawRequest[],
): unknown {
  if (typeof value === 'string' && chance.oneIn(2)) return damaged(value, chance);
  if (chance.oneIn(2)) return chance.pick(ODD_VALUES);
  const others = samples.flatMap(({ body }) => {
    const found = placesIn(parsed(body)).filter((place) => place.name === name);
    return found.map((place) => place.object[name]);
  });
  return others.length === 0 ? null : chance.pick(others);
}

interface Place {
  readonly object: Record<string, unknown>;
  readonly name: string;
}

function placesIn(value: unknown, depth = 0): Place[] {
  if (typeof value !== 'object' || value === null || depth > 10) return [];
  const object = value as Record<string, unknown>;
  const names = Object.keys(object).slice(0, 50);
  return names.flatMap((name) => [{ object, name }, ...placesIn(object[name], depth + 1)]);
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const PIECES = ['', 'A', '"', '\\', '{}', '[', '\u0000', '\ud800', '..', '%00', '-1', '~', ' '];

/** Leaves a part of a text out, doubles it, or puts something else there. */
function damaged(text: string, chance: Chance): string {
  const from = chance.below(text.length + 1);
  const to = Math.min(text.length, from + chance.below(chance.oneIn(3) ? 200 : 4));
  const [before, part, after] = [text.slice(0, from), text.slice(from, to), text.slice(to)];
  const others = [before + after, before + part + part + after, before, after];
  return chance.oneIn(2) ? before + chance.pick(PIECES) + after : chance.pick(others);
}

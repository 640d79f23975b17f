/** Reads `WWW-Authenticate`: several challenges may stand in it (RFC 9110 section 11.6.1). */

import { isScope } from '../../../protocol/scopes.ts';

/** In characters. */
const LONGEST = 16_384;

const SEPARATORS = /[\s,]*/y;
const TOKEN = /[!#$%&'*+.^_`|~\w-]+/y;
const TOKEN68 = /[ \t]+[\w.~+/-]+=*[ \t]*(?=,|$)/y;
const EQUALS = /[ \t]*=[ \t]*/y;
const QUOTED = /"((?:[^"\\]|\\.)*)"/y;

/** The parameters of the first `Bearer` challenge, by their names in lower case. */
export type BearerChallenge = ReadonlyMap<string, string>;

export function bearerChallenge(header: string | null): BearerChallenge | undefined {
  if (header === null || header.length > LONGEST) return undefined;
  return challengesIn(header).find(({ scheme }) => scheme === 'bearer')?.params;
}

interface Scheme {
  readonly scheme: string;
  readonly params: Map<string, string>;
}

function challengesIn(header: string): Scheme[] {
  const found: Scheme[] = [];
  const scanner = new Scanner(header);
  for (;;) {
    scanner.take(SEPARATORS);
    const name = scanner.take(TOKEN)?.[0].toLowerCase();
    // What cannot be read ends it: what stands before counts.
    if (name === undefined) return found;
    if (scanner.take(EQUALS) === undefined) {
      found.push({ scheme: name, params: new Map() });
      scanner.take(TOKEN68);
      continue;
    }
    const value = scanner.value();
    if (value === undefined) return found;
    const { params } = found.at(-1) ?? {};
    // The first of two counts: a second one has been added by somebody else.
    if (params !== undefined && !params.has(name)) params.set(name, value);
  }
}

class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text) ?? undefined;
    if (match !== undefined) this.#at = pattern.lastIndex;
    return match;
  }

  value(): string | undefined {
    const quoted = this.take(QUOTED)?.[1];
    return quoted?.replace(/\\(.)/g, '$1') ?? this.take(TOKEN)?.[0];
  }
}

/** The scopes in a text of them; what cannot be one is left out. */
export function scopesIn(text: string | undefined): string[] {
  return [...new Set((text ?? '').split(' ').filter(isScope))];
}

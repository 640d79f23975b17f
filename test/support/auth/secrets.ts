/** Secrets that a test uses, and all that must not have them in it, in whatever form. */
import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';

/** Long enough to be no accident, and short enough to be of use to somebody. */
const PIECE = 12;

export class Secrets {
  /** The names of secrets, by each piece of each of their forms. */
  readonly #pieces = new Map<string, string>();
  readonly #used = new Map<string, number>();

  /** Makes one. */
  fresh(name: string): string {
    return this.add(name, `${randomBytes(30).toString('base64url')}/+~ `.trim());
  }

  /** The parts of a JWT are secrets of their own; its header is none. */
  addJwt(name: string, token: string): string {
    for (const part of token.split('.').slice(1)) this.add(name, part);
    return token;
  }

  add(name: string, secret: string): string {
    if (secret.length < PIECE) throw new Error(`'${name}' is too short to be found.`);
    this.#used.set(name, (this.#used.get(name) ?? 0) + 1);
    for (const form of formsOf(secret)) {
      for (const piece of piecesOf(form)) this.#pieces.set(piece, name);
    }
    return secret;
  }

  /** How many there are, by name. */
  get used(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#used);
  }

  /** The names of those of which a piece is in a text. */
  in(text: string): string[] {
    const found = new Set<string>();
    for (const piece of piecesOf(text)) {
      const name = this.#pieces.get(piece);
      if (name !== undefined) found.add(name);
    }
    return [...found];
  }
}

function piecesOf(text: string): string[] {
  const count = Math.max(0, text.length - PIECE + 1);
  return Array.from({ length: count }, (_, at) => text.slice(at, at + PIECE));
}

/** As it is, in URLs and forms, in JSON, and within anything that is in base64, wherever it begins there. */
function formsOf(secret: string): string[] {
  const encoded = [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.from(' '.repeat(before) + secret);
    // The first and the last characters depend on what is beside it.
    return (['base64', 'base64url'] as const).map((how) => bytes.toString(how).slice(4, -4));
  });
  const form = new URLSearchParams([['', secret]]).toString().slice(1);
  const json = JSON.stringify(secret).slice(1, -1);
  return [secret, encodeURIComponent(secret), form, json, ...encoded];
}

/** What somebody would see, by where they would. */
export class Shown {
  readonly #texts: [where: string, text: string][] = [];

  add(where: string, what: unknown): void {
    this.#texts.push([where, typeof what === 'string' ? what : everythingOf(what)]);
  }

  /** Runs it, and keeps the error if it fails. */
  async failing<T>(where: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.add(`the error of ${where}`, error);
      return undefined;
    }
  }

  /** Where something has been seen. */
  get wheres(): string[] {
    return [...new Set(this.#texts.map(([where]) => where))];
  }

  /** `where: the secret`, for each that is in it. */
  leaks(secrets: Secrets): string[] {
    const all = this.#texts.flatMap(([where, text]) =>
      secrets.in(text).map((name) => `${where}: ${name}`),
    );
    return [...new Set(all)];
  }
}

/** As logs and debuggers show it, and as JSON; of an error also what is not enumerable. */
function everythingOf(what: unknown): string {
  const shown = inspect(what, { depth: 20, showHidden: true, maxStringLength: Infinity });
  const own = what instanceof Error ? [String(what), what.stack, what.message] : [];
  return [shown, ...own, asJson(what)].join('\n');
}

function asJson(what: unknown): string {
  try {
    return JSON.stringify(what) ?? '';
  } catch {
    return '';
  }
}

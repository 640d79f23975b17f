/**
 * Matches URIs against URI templates (RFC 6570, without prefix modifiers and path parameters). It
 * searches for the text between variables and never backtracks, so hostile input cannot make it
 * slow.
 */
import { invalidOptions } from '../../base/errors.ts';

/** The decoded values of a template's variables in a URI. */
export type Variables = Record<string, string | string[]>;

const MAX_URI_LENGTH = 8_192;

const EXPRESSION = /\{([^{}]*)\}/g;
const EXPRESSION_PARTS = /^([+#./?&]?)([A-Za-z0-9_.%]+\*?(?:,[A-Za-z0-9_.%]+\*?)*)$/;

interface Variable {
  readonly name: string;
  readonly isList: boolean;
  /** What its value may be. */
  readonly allowed: RegExp;
}

interface Expression {
  readonly operator: string;
  readonly names: readonly string[];
}

/** One value, a list of them, a list of path segments, or anything. */
const VALUE = /^[^/?#,]+$/;
const LIST = /^[^/?#]+$/;
const SEGMENTS = /^[^?#]+$/;
const ANYTHING = /^.+$/s;

/** Characters that must be escaped in URIs. URL parsers silently drop some of them. */
const UNFIT = /[\0-\x20\x7f]/;

export class UriTemplate {
  readonly text: string;
  readonly #path: Variable[] = [];
  readonly #query: Variable[] = [];
  /** The text before each variable of the path, and after the last. */
  readonly #literals: string[];
  /** Index of the variable that takes the rest: the only one that may contain anything. */
  readonly #open: number;

  /** @throws RondoError `invalid_options` for templates that cannot be matched */
  constructor(text: string) {
    this.text = text;
    const literals = [''];
    let at = 0;
    for (const match of text.matchAll(EXPRESSION)) {
      literals.push(literals.pop()! + text.slice(at, match.index));
      this.#add(parseExpression(text, match[1]!), literals);
      at = match.index + match[0].length;
    }
    literals.push(literals.pop()! + text.slice(at));
    this.#literals = literals;
    const open = this.#path.flatMap(({ allowed }, i) => (allowed === ANYTHING ? [i] : []));
    this.#open = open[0] ?? 0;
    if (open.length > 1) throw invalid(text, 'more than one variable may contain anything');
    if (literals.slice(1, -1).includes(''))
      throw invalid(text, 'two variables have nothing between them');
    if (/[{}]/.test(text.slice(at))) throw invalid(text, 'a brace is not closed');
  }

  get variableNames(): string[] {
    return [...this.#path, ...this.#query].map((variable) => variable.name);
  }

  /**
   * The variables of `uri`. `undefined` if it does not match, is not well encoded, or has `..` in a
   * variable (RE-3).
   */
  match(uri: string): Variables | undefined {
    if (uri.length > MAX_URI_LENGTH || UNFIT.test(uri)) return undefined;
    const queryAt = this.#query.length > 0 ? uri.indexOf('?') : -1;
    const texts = this.#split(queryAt === -1 ? uri : uri.slice(0, queryAt));
    if (texts === undefined) return undefined;
    const variables: Variables = Object.create(null) as Variables;
    for (const [i, { name, isList, allowed }] of this.#path.entries()) {
      const text = texts[i]!;
      if (!allowed.test(text)) return undefined;
      const values = (isList ? text.split(/[,/]/) : [text]).map(decode);
      if (!values.every(isSafe)) return undefined;
      variables[name] = isList ? values : values[0]!;
    }
    return this.#readQuery(queryAt === -1 ? '' : uri.slice(queryAt + 1), variables);
  }

  #add({ operator, names }: Expression, literals: string[]): void {
    const isQuery = operator === '?' || operator === '&';
    const separator = operator === '/' || operator === '.' ? operator : ',';
    const first = operator === '/' || operator === '.' || operator === '#' ? operator : '';
    for (const [i, listed] of names.entries()) {
      const isList = listed.endsWith('*');
      const name = isList ? listed.slice(0, -1) : listed;
      const variable = { name, isList, allowed: allowedIn(operator, isList) };
      (isQuery ? this.#query : this.#path).push(variable);
      if (isQuery) continue;
      literals.push(literals.pop()! + (i === 0 ? first : separator), '');
    }
  }

  /**
   * The texts of the path's variables: those in front of the open one end at the first place where
   * what follows them is found, those behind it begin after the last place where what is before
   * them is.
   */
  #split(uri: string): string[] | undefined {
    const literals = this.#literals;
    const last = literals.length - 1;
    if (last === 0) return uri === literals[0] ? [] : undefined;
    let start = literals[0]!.length;
    let end = uri.length - literals[last]!.length;
    if (start > end || !uri.startsWith(literals[0]!) || !uri.endsWith(literals[last]!)) {
      return undefined;
    }
    const texts: string[] = [];
    for (let i = 0; i < this.#open; i++) {
      const next = literals[i + 1]!;
      const at = uri.indexOf(next, start + 1);
      if (at === -1 || at + next.length > end) return undefined;
      texts[i] = uri.slice(start, at);
      start = at + next.length;
    }
    for (let i = last - 1; i > this.#open; i--) {
      const before = literals[i]!;
      const at = uri.lastIndexOf(before, end - before.length - 1);
      if (at < start) return undefined;
      texts[i] = uri.slice(at + before.length, end);
      end = at;
    }
    texts[this.#open] = uri.slice(start, end);
    return texts;
  }

  #readQuery(text: string, variables: Variables): Variables | undefined {
    if (text.includes('#')) return undefined;
    const query = new URLSearchParams(text);
    for (const { name, isList } of this.#query) {
      const values = query.getAll(name);
      if (!values.every(isSafe)) return undefined;
      if (values.length > 0) variables[name] = isList ? values : values[0]!;
    }
    return variables;
  }
}

function allowedIn(operator: string, isList: boolean): RegExp {
  if (operator === '+' || operator === '#') return ANYTHING;
  if (!isList) return VALUE;
  return operator === '/' ? SEGMENTS : LIST;
}

function parseExpression(template: string, text: string): Expression {
  const parts = EXPRESSION_PARTS.exec(text);
  if (parts === null) throw invalid(template, `{${text}} is not supported`);
  return { operator: parts[1]!, names: parts[2]!.split(',') };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function isSafe(value: string | undefined): value is string {
  return value !== undefined && !value.includes('\0') && !value.split(/[/\\]/).includes('..');
}

function invalid(template: string, why: string): Error {
  return invalidOptions(`The URI template '${template}' cannot be used: ${why}.`);
}

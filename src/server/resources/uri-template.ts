/**
 * Matches URIs against URI templates (RFC 6570, without prefix modifiers and path parameters). It
 * searches for the text between variables and never backtracks, so hostile input cannot make it
 * slow.
 */
import { invalidOptions } from '../../base/errors.ts';
import { quote } from '../../base/quote.ts';
import { decoded, isMatchable, normalUri } from './normal-uri.ts';
import { QueryTemplate } from './query-template.ts';

/** The decoded values of a template's variables in a URI. */
export type Variables = Record<string, string | string[]>;

const EXPRESSION = /\{([^{}]*)\}/g;
const EXPRESSION_PARTS = /^([+#./]?)([A-Za-z0-9_.%]+\*?(?:,[A-Za-z0-9_.%]+\*?)*)$/;

interface Variable {
  readonly name: string;
  readonly isList: boolean;
  /** What its value may be. */
  readonly allowed: RegExp;
}

type Found = readonly (readonly [name: string, value: string | string[]])[];

interface Expression {
  readonly operator: string;
  readonly names: readonly string[];
}

/** One value, a list of them, a list of path segments, or anything. */
const VALUE = /^[^/?#,]+$/;
const LIST = /^[^/?#]+$/;
const SEGMENTS = /^[^?#]+$/;
const ANYTHING = /^.+$/s;

/** Where the query of a template begins. */
const QUERY = /\?|\{[?&]/;

export class UriTemplate {
  readonly text: string;
  readonly #path: Variable[] = [];
  readonly #query: QueryTemplate | undefined;
  /** The text before each variable of the path, and after the last. */
  readonly #literals: string[];
  /** Index of the variable that takes the rest: the only one that may contain anything. */
  readonly #open: number;

  /** @throws RondoError `invalid_options` for templates that no URI can match */
  constructor(text: string) {
    this.text = text;
    const queryAt = text.search(QUERY);
    this.#query = queryAt === -1 ? undefined : QueryTemplate.parse(text.slice(queryAt));
    this.#literals = this.#readPath(this.#query === undefined ? text : text.slice(0, queryAt));
    const open = this.#path.flatMap(({ allowed }, i) => (allowed === ANYTHING ? [i] : []));
    this.#open = open[0] ?? 0;
    if (open.length > 1) throw invalid(text, 'more than one variable may contain anything');
    if (this.#literals.slice(1, -1).includes(''))
      throw invalid(text, 'two variables have nothing between them');
    if (!this.#matchesSome()) throw invalid(text, 'no URI matches it');
  }

  get variableNames(): string[] {
    const names = this.#path.map((variable) => variable.name);
    return [...names, ...(this.#query?.variableNames ?? [])];
  }

  /**
   * The variables of `uri`. `undefined` if it does not match, is not well encoded, or has `.` or `..`
   * where a URL parser or a file system would take it for a directory (RE-3).
   */
  match(uri: string): Variables | undefined {
    const normal = isMatchable(uri) ? normalUri(uri) : undefined;
    if (normal === undefined) return undefined;
    const queryAt = this.#query === undefined ? -1 : normal.indexOf('?');
    const texts = this.#split(queryAt === -1 ? normal : normal.slice(0, queryAt));
    if (texts === undefined) return undefined;
    if (this.#query === undefined) return this.#read(texts, []);
    const query = this.#query.match(queryAt === -1 ? '' : normal.slice(queryAt + 1));
    return query && this.#read(texts, query);
  }

  /** @returns the variables, if all values are allowed, and the same where they have one name */
  #read(texts: readonly string[], query: Found): Variables | undefined {
    const variables: Variables = Object.create(null) as Variables;
    for (const [i, { name, isList, allowed }] of this.#path.entries()) {
      const text = texts[i]!;
      if (!allowed.test(text)) return undefined;
      const values = (isList ? text.split(/[,/]/) : [text]).map(decoded);
      if (!values.every(isSafe)) return undefined;
      if (!assign(variables, name, isList ? values : values[0]!)) return undefined;
    }
    const isGood = query.every(
      ([name, value]) => [value].flat().every(isSafe) && assign(variables, name, value),
    );
    return isGood ? variables : undefined;
  }

  #readPath(text: string): string[] {
    const literals = [''];
    let at = 0;
    for (const match of text.matchAll(EXPRESSION)) {
      this.#addLiteral(text.slice(at, match.index), literals);
      this.#add(parseExpression(this.text, match[1]!), literals);
      at = match.index + match[0].length;
    }
    this.#addLiteral(text.slice(at), literals);
    return literals;
  }

  #addLiteral(text: string, literals: string[]): void {
    if (/[{}]/.test(text)) throw invalid(this.text, 'a brace is not closed');
    literals.push(literals.pop()! + (normalUri(text) ?? text));
  }

  /** Whether the template matches itself, with a value that a port, or a scheme, may have. */
  #matchesSome(): boolean {
    return ['1', 'x'].some((value) => {
      const uri = this.text.replaceAll(EXPRESSION, (_, inner: string) => expanded(inner, value));
      const normal = normalUri(uri);
      return normal !== undefined && URL.canParse(normal) && this.match(normal) !== undefined;
    });
  }

  #add({ operator, names }: Expression, literals: string[]): void {
    const separator = operator === '/' || operator === '.' ? operator : ',';
    const first = operator === '/' || operator === '.' || operator === '#' ? operator : '';
    for (const [i, listed] of names.entries()) {
      const isList = listed.endsWith('*');
      const name = isList ? listed.slice(0, -1) : listed;
      this.#path.push({ name, isList, allowed: allowedIn(operator, isList) });
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

/** An expression with `value` for each of its variables. */
function expanded(expression: string, value: string): string {
  if (/^[?&]/.test(expression)) return '';
  const { operator, names } = parseExpression('', expression);
  const separator = operator === '/' || operator === '.' ? operator : ',';
  return (operator === '+' ? '' : operator) + names.map(() => value).join(separator);
}

/** Whether `name` has no other value yet. */
function assign(variables: Variables, name: string, value: string | string[]): boolean {
  const before = variables[name];
  variables[name] = value;
  return before === undefined || String(before) === String(value);
}

function isSafe(value: string | undefined): value is string {
  return value !== undefined && !value.includes('\0') && !value.split(/[/\\]/).includes('..');
}

function invalid(template: string, why: string): Error {
  return invalidOptions(`The URI template ${quote(template)} cannot be used: ${why}.`);
}

/**
 * Matches URIs against URI templates (RFC 6570, without prefix modifiers and path parameters). Each
 * template becomes one regular expression that hostile input cannot make slow.
 */
import { invalidOptions } from '../protocol/errors.ts';

/** What a URI holds in the places of a template's variables, decoded. */
export type Variables = Record<string, string | string[]>;

const MAX_URI_LENGTH = 8_192;

const EXPRESSION = /\{([^{}]*)\}/g;
const EXPRESSION_PARTS = /^([+#./?&]?)([A-Za-z0-9_.%]+\*?(?:,[A-Za-z0-9_.%]+\*?)*)$/;

interface Variable {
  readonly name: string;
  readonly isList: boolean;
}

interface Expression {
  readonly operator: string;
  readonly variables: readonly Variable[];
}

export class UriTemplate {
  readonly text: string;
  readonly #pattern: RegExp;
  readonly #path: Variable[] = [];
  readonly #query: Variable[] = [];

  /** @throws RondoError `invalid_options` for templates that cannot be matched */
  constructor(text: string) {
    this.text = text;
    let pattern = '';
    let at = 0;
    let greedy = 0;
    for (const match of text.matchAll(EXPRESSION)) {
      const expression = parseExpression(text, match[1]!);
      pattern += escape(text.slice(at, match.index)) + this.#patternFor(expression);
      if (/[+#]/.test(expression.operator)) greedy += expression.variables.length;
      at = match.index + match[0].length;
    }
    if (greedy > 1) throw invalid(text, 'more than one variable may hold anything');
    if (/[{}]/.test(text.slice(at))) throw invalid(text, 'a brace is not closed');
    const query = this.#query.length > 0 ? '(?:\\?([^#]*))?' : '';
    this.#pattern = new RegExp(`^${pattern}${escape(text.slice(at))}${query}$`, 's');
  }

  get variableNames(): string[] {
    return [...this.#path, ...this.#query].map((variable) => variable.name);
  }

  /**
   * The variables of `uri`, or `undefined` if it does not match, is not well encoded, or climbs out
   * of its place with `..` (checklist RE-3).
   */
  match(uri: string): Variables | undefined {
    if (uri.length > MAX_URI_LENGTH) return undefined;
    const groups = this.#pattern.exec(uri);
    if (groups === null) return undefined;
    const variables: Variables = Object.create(null) as Variables;
    for (const [i, { name, isList }] of this.#path.entries()) {
      const raw = groups[i + 1]!;
      const values = (isList ? raw.split(/[,/]/) : [raw]).map(decode);
      if (!values.every(isSafe)) return undefined;
      variables[name] = isList ? values : values[0]!;
    }
    return this.#readQuery(groups[this.#path.length + 1], variables);
  }

  #readQuery(text: string | undefined, variables: Variables): Variables | undefined {
    const query = new URLSearchParams(text ?? '');
    for (const { name, isList } of this.#query) {
      const values = query.getAll(name);
      if (!values.every(isSafe)) return undefined;
      if (values.length > 0) variables[name] = isList ? values : values[0]!;
    }
    return variables;
  }

  #patternFor({ operator, variables }: Expression): string {
    if (operator === '?' || operator === '&') {
      this.#query.push(...variables);
      return '';
    }
    this.#path.push(...variables);
    const one = /[+#]/.test(operator) ? '(.+)' : '([^/?#,]+)';
    const many = operator === '/' ? '([^?#]+)' : '([^/?#]+)';
    const separator = operator === '/' || operator === '.' ? operator : ',';
    const first = operator === '/' || operator === '.' || operator === '#' ? operator : '';
    const groups = variables.map((variable) => (variable.isList ? many : one));
    return escape(first) + groups.join(escape(separator));
  }
}

function parseExpression(template: string, text: string): Expression {
  const parts = EXPRESSION_PARTS.exec(text);
  if (parts === null) throw invalid(template, `{${text}} is not supported`);
  const variables = parts[2]!.split(',').map((name) => {
    const isList = name.endsWith('*');
    return { name: isList ? name.slice(0, -1) : name, isList };
  });
  return { operator: parts[1]!, variables };
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

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

function invalid(template: string, why: string): Error {
  return invalidOptions(`The URI template '${template}' cannot be used: ${why}.`);
}

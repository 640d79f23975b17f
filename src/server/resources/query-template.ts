/** The query of a URI template. Its order does not matter, and other parameters may be there too. */
import { normalUri } from './normal-uri.ts';

/** One parameter of the query: a variable, or a text that must be there. */
interface Parameter {
  readonly name: string;
  readonly variable?: string;
  readonly fixed?: string;
  readonly isList: boolean;
  readonly isRequired: boolean;
}

/** `{?a,b*}` and `{&c}`: parameters that may be there. */
const FORM = /\{[?&]([A-Za-z0-9_.%]+\*?(?:,[A-Za-z0-9_.%]+\*?)*)\}/g;

/** `name={variable}`, `name=text` or `name`: a parameter that must be there. */
const PIECE = /^([^={}#]+)(?:=(?:\{([A-Za-z0-9_.%]+)\}|([^{}#]*)))?$/;

export class QueryTemplate {
  readonly #parameters: readonly Parameter[];

  private constructor(parameters: readonly Parameter[]) {
    this.#parameters = parameters;
  }

  /** `undefined` for a text that is not made of parameters. */
  static parse(text: string): QueryTemplate | undefined {
    const rest = text.replaceAll(FORM, '');
    if (rest !== '' && !rest.startsWith('?')) return undefined;
    const pieces = rest.slice(1).split('&').filter((piece) => piece !== ''); // prettier-ignore
    const required = pieces.map(requiredParameter);
    if (required.includes(undefined)) return undefined;
    const optional = [...text.matchAll(FORM)].flatMap((form) => form[1]!.split(','));
    return new QueryTemplate([...(required as Parameter[]), ...optional.map(optionalParameter)]);
  }

  get variableNames(): string[] {
    return this.#parameters.flatMap(({ variable = [] }) => variable);
  }

  /** The variables of a query, by name; `undefined` if a parameter is not as it must be. */
  match(query: string): [name: string, value: string | string[]][] | undefined {
    if (query.includes('#')) return undefined;
    const given = new URLSearchParams(query);
    const found: [string, string | string[]][] = [];
    for (const { name, variable, fixed, isList, isRequired } of this.#parameters) {
      const values = given.getAll(name);
      const isThere = fixed === undefined ? values.length > 0 : values.includes(fixed);
      if (isRequired && !isThere) return undefined;
      if (isThere && variable !== undefined) found.push([variable, isList ? values : values[0]!]);
    }
    return found;
  }
}

function requiredParameter(piece: string): Parameter | undefined {
  const parts = PIECE.exec(piece);
  if (parts === null) return undefined;
  const [, name, variable, text = ''] = parts;
  const shared = { name: valueOf(name!), isList: false, isRequired: true };
  return variable === undefined ? { ...shared, fixed: valueOf(text) } : { ...shared, variable };
}

function optionalParameter(listed: string): Parameter {
  const isList = listed.endsWith('*');
  const name = isList ? listed.slice(0, -1) : listed;
  return { name, variable: name, isList, isRequired: false };
}

/** As a query is read. */
function valueOf(text: string): string {
  return new URLSearchParams(`x=${normalUri(text) ?? text}`).get('x')!;
}

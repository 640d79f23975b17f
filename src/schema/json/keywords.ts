/** The keywords of JSON Schema 2020-12 and draft-07, and what the value of each has to be. */
import { isRecord } from '../../base/json/json.ts';
import { isPattern } from './pattern.ts';

/** What is wrong with a keyword's value, in words that follow its name; `undefined` for nothing. */
type Problem = string | undefined;

/** How a keyword holds schemas; `data` for one that holds none. */
export type Holds = 'a schema' | 'schemas' | 'schemas by name' | 'data';

interface Keyword {
  readonly holds: Holds;
  /** Whether the schemas that it holds apply to the same value as the schema around it. */
  readonly sameValue: boolean;
  problem(value: unknown): Problem;
}

const TYPES = ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'];

const isText = (value: unknown): boolean => typeof value === 'string';
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
const isCount = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0;
const isSchema = (value: unknown): boolean => isRecord(value) || typeof value === 'boolean';
const isSchemas = (value: unknown): boolean =>
  Array.isArray(value) && value.length > 0 && value.every(isSchema);
const isListOrEmpty = (value: unknown): boolean => Array.isArray(value) && value.every(isSchema);
const isMapOf =
  (fits: (member: unknown) => boolean) =>
  (value: unknown): boolean =>
    isRecord(value) && Object.values(value).every((member) => member === undefined || fits(member));

const holding = (
  holds: Holds,
  must: string,
  fits: (value: unknown) => boolean,
  names: string,
  sameValue = false,
): [string, Keyword][] => {
  const problem = (value: unknown): Problem => (fits(value) ? undefined : `must be ${must}`);
  return names.split(' ').map((name) => [name, { holds, sameValue, problem }]);
};

const data = (must: string, fits: (value: unknown) => boolean, names: string) =>
  holding('data', must, fits, names);

const SCHEMAS_BY_NAME = isMapOf(isSchema);
const isDependency = (value: unknown): boolean => isSchema(value) || isTexts(value);

const KEYWORDS: ReadonlyMap<string, Keyword> = new Map([
  ...holding(
    'a schema',
    'a schema',
    isSchema,
    'additionalItems additionalProperties contains contentSchema propertyNames unevaluatedItems ' +
      'unevaluatedProperties',
  ),
  ...holding('a schema', 'a schema', isSchema, 'not if then else', true),
  ...holding('schemas', 'a list of schemas', isSchemas, 'allOf anyOf oneOf', true),
  ...holding('schemas', 'a list of schemas', isListOrEmpty, 'prefixItems'),
  ...holding(
    'schemas',
    'a schema, or a list of schemas',
    (value) => isSchema(value) || isListOrEmpty(value),
    'items',
  ),
  ...holding('schemas by name', 'an object of schemas', SCHEMAS_BY_NAME, '$defs definitions'),
  ...holding('schemas by name', 'an object of schemas', SCHEMAS_BY_NAME, 'properties'),
  ...holding('schemas by name', 'an object of schemas', SCHEMAS_BY_NAME, 'dependentSchemas', true),
  ...holding(
    'schemas by name',
    'an object of schemas and lists of names',
    isMapOf(isDependency),
    'dependencies',
    true,
  ),
  ...holding('schemas by name', 'an object of schemas', SCHEMAS_BY_NAME, 'patternProperties'),
  ...data('a list', Array.isArray, 'enum'),
  ...data('a JSON value', () => true, 'const default examples'),
  ...data(
    `one of ${TYPES.join(', ')}, or a list of them`,
    (value) => [value].flat().every((type) => TYPES.includes(type as string)) && !isEmpty(value),
    'type',
  ),
  ...data('a list of names', isTexts, 'required'),
  ...data('an object of lists of names', isMapOf(isTexts), 'dependentRequired'),
  ...data('a number', Number.isFinite, 'minimum maximum exclusiveMinimum exclusiveMaximum'),
  ...data(
    'a number above 0',
    (value) => Number.isFinite(value) && (value as number) > 0,
    'multipleOf',
  ),
  ...data(
    'a whole number, 0 or more',
    isCount,
    'minLength maxLength minItems maxItems minContains maxContains minProperties maxProperties',
  ),
  ...data('true or false', (value) => typeof value === 'boolean', 'uniqueItems'),
  ...data('a regular expression', isPattern, 'pattern'),
  ...data('a text', isText, '$schema $id $ref $anchor $dynamicRef $dynamicAnchor format'),
]);

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** The keyword of this name; `undefined` for one that only people and programs of theirs read. */
export function keywordOf(name: string): Keyword | undefined {
  return KEYWORDS.get(name);
}

/** Keywords that say something about the schema and not about what fits it. */
const ANNOTATIONS = ['$schema', '$id', '$anchor', '$dynamicAnchor', 'default', 'examples'];

/** Whether a keyword decides which values fit. What is not known does not, and is for people. */
export function isRestriction(name: string): boolean {
  return KEYWORDS.has(name) && !ANNOTATIONS.includes(name);
}

/** What is wrong between requirements, rules and the tests that show them. */
import type { Requirements } from '../../test/requirements/requirement.ts';
import type { Citation } from './citations.ts';

/** Everything that is defined, and what is excused from being shown. */
export interface Definitions {
  readonly requirements: Requirements;
  /** Ids of the rules that documents define. */
  readonly rules: readonly string[];
  /** Rules that no test shows, and why. */
  readonly excusedRules: Readonly<Record<string, string>>;
}

/** Ids of the rules a document defines: those that begin a paragraph in bold, `**F3 Suspending.**`. */
export function rulesDefinedIn(document: string): string[] {
  return [...document.matchAll(/^\*\*(?<id>[A-Z]\d{1,2})\b/gm)].map(({ groups }) => groups!['id']!);
}

/** Every fault, as a sentence; none if all is well. */
export function faultsOf(definitions: Definitions, citations: readonly Citation[]): string[] {
  const shown = new Set(citations.filter(({ isShown }) => isShown).map(({ id }) => id));
  return [
    ...unknownIds(definitions, citations),
    ...Object.keys(definitions.requirements).flatMap((id) =>
      faultOfRequirement(definitions.requirements, id, shown),
    ),
    ...faultsOfRules(definitions, shown),
  ];
}

function unknownIds(
  { requirements, rules }: Definitions,
  citations: readonly Citation[],
): string[] {
  const known = new Set([...Object.keys(requirements), ...rules]);
  return citations
    .filter(({ id }) => !known.has(id))
    .map(({ id, file, line }) => `${file}:${line} cites ${id}, which nothing defines.`);
}

function faultOfRequirement(
  requirements: Requirements,
  id: string,
  shown: ReadonlySet<string>,
): string[] {
  const { level, excused, todo, partly } = requirements[id]!;
  const excuses = [excused, todo, partly].filter((reason) => reason !== undefined);
  if (excuses.length > 1) return [`${id} has more than one of excused, todo and partly.`];
  if (excuses[0]?.trim() === '') return [`${id} is excused without a reason.`];
  if (shown.has(id)) {
    if (excused !== undefined) return [`${id} is excused, but a test cites it.`];
    if (todo !== undefined) return [`${id} is still to be done, but a test cites it.`];
    return [];
  }
  if (partly !== undefined) return [`${id} is shown in part, but no test cites it.`];
  return level === 'note' || excuses.length > 0 ? [] : [`No test cites ${id} (${level}).`];
}

function faultsOfRules({ rules, excusedRules }: Definitions, shown: ReadonlySet<string>): string[] {
  const twice = rules.filter((id, index) => rules.indexOf(id) !== index);
  const uncited = rules.filter((id) => !shown.has(id) && !Object.hasOwn(excusedRules, id));
  const stale = Object.keys(excusedRules).filter((id) => shown.has(id) || !rules.includes(id));
  return [
    ...twice.map((id) => `Rule ${id} is defined more than once.`),
    ...uncited.map((id) => `No test cites rule ${id}.`),
    ...stale.map((id) => `Rule ${id} is excused, but is cited by a test or not defined at all.`),
  ];
}

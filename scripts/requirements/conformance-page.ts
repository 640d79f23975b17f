/** The tables of docs/conformance.md, made from the requirements. */
import { format } from 'prettier';
import type { Group } from '../../test/requirements.ts';
import type { Requirement } from '../../test/requirements/requirement.ts';

/** A requirement that tests do not show, or not whole; or several, one behind the other. */
interface Gap {
  readonly first: string;
  last: string;
  readonly group: Group;
  readonly text: string;
  readonly extent: 'not at all' | 'not yet' | 'in part';
  readonly reason: string;
}

/**
 * `page` with its tables made anew: what stands between `<!-- name -->` and `<!-- /name -->`.
 *
 * @throws Error if a pair of marks is missing
 */
export async function withTables(page: string, groups: readonly Group[]): Promise<string> {
  const filled = fill(fill(page, 'requirements', overview(groups)), 'gaps', gapTable(groups));
  return format(filled, { parser: 'markdown', printWidth: 100 });
}

function fill(page: string, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`The page has no ${begin} … ${end}.`);
  return `${page.slice(0, from + begin.length)}\n\n${content}\n\n${page.slice(to)}`;
}

function overview(groups: readonly Group[]): string {
  const rows = groups.map(({ about, file, requirements }) => {
    const ids = Object.keys(requirements);
    const source = `[${file}](../test/requirements/${file})`;
    return [`${ids[0]} to ${ids.at(-1)}`, about, countOf(Object.values(requirements)), source];
  });
  return table(['ids', 'about', 'shown by tests', 'defined in'], rows);
}

/** How many of `requirements` tests show; notes require nothing. */
function countOf(requirements: readonly Requirement[]): string {
  const binding = requirements.filter(({ level }) => level !== 'note');
  if (binding.length === 0) return '';
  return `${binding.filter((one) => !isUnshown(one)).length} of ${binding.length}`;
}

function isUnshown({ excused, todo }: Requirement): boolean {
  return excused !== undefined || todo !== undefined;
}

function gapTable(groups: readonly Group[]): string {
  const rows = groups
    .flatMap(gapsOf)
    .map(({ first, last, group, text, extent, reason }) =>
      first === last
        ? [first, text, extent, reason]
        : [`${first} to ${last}`, group.about, extent, reason],
    );
  return table(['ids', 'requirement', 'shown', 'why, and what there is'], rows);
}

/** Neighbours with the same reason are one gap. */
function gapsOf(group: Group): Gap[] {
  const gaps: Gap[] = [];
  let reasonBefore: string | undefined;
  for (const [id, requirement] of Object.entries(group.requirements)) {
    const { text, excused, todo, partly } = requirement;
    const reason = excused ?? todo ?? partly;
    if (reason !== undefined && reason === reasonBefore) gaps.at(-1)!.last = id;
    else if (reason !== undefined) {
      gaps.push({ first: id, last: id, group, text, extent: extentOf(requirement), reason });
    }
    reasonBefore = reason;
  }
  return gaps;
}

function extentOf({ excused, todo }: Requirement): Gap['extent'] {
  if (excused !== undefined) return 'not at all';
  return todo !== undefined ? 'not yet' : 'in part';
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

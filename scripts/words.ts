/** Words that `docs/words.md` retires: none may be part of a file's name or of an identifier. */
import { parseSync } from 'oxc-parser';

const ALL =
  'place places placed hand handed tell tells told telling keeper box pile book sink screen course foreign tame';

export const RETIRED: readonly string[] = ALL.split(' ');

/** One line for each retired word in the sources: `path → text`. */
export function retiredWords(sources: ReadonlyMap<string, string>): string[] {
  return [...sources].flatMap(([path, text]) => {
    const names = new Set([...path.replace(/\.ts$/, '').split('/'), ...identifiersOf(path, text)]);
    return [...names].flatMap((name) => {
      const word = wordsOf(name).find((part) => RETIRED.includes(part));
      return word === undefined ? [] : [`${path}: '${name}' uses '${word}'; see docs/words.md`];
    });
  });
}

function identifiersOf(path: string, text: string): Set<string> {
  const names = new Set<string>();
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { type, name } = node as { type?: string; name?: unknown };
    if ((type === 'Identifier' || type === 'PrivateIdentifier') && typeof name === 'string') {
      names.add(name);
    }
    for (const child of Object.values(node)) visit(child);
  };
  visit(parseSync(path, text).program.body);
  return names;
}

/** The words of `camelCase`, `PascalCase`, `UPPER_CASE` and `kebab-case`, in lower case. */
function wordsOf(name: string): string[] {
  return name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .split(/[^A-Za-z\d]+/)
    .map((word) => word.toLowerCase());
}

/** The options of exported types: their names, and those without a default in their comments. */
import { dirname, join } from 'node:path/posix';
import { type Comment, type ParseResult, type TSSignature, parseSync } from 'oxc-parser';
import { lineAt } from '../syntax-tree.ts';

/** Names of types that callers fill in. Types of the protocol are described by its specification. */
const OPTIONS =
  /(?:Options|Config|Params|Command|Caller|Handlers|Spec|Fields|Callbacks|Host|Input)$/;
const PROTOCOL = /(?:^|\/)protocol\//;

/**
 * Options that `entries` export and whose comments do not contain "Default", as `file:line name`.
 *
 * @param read the text of a file
 */
export function optionsWithoutDefault(
  entries: readonly string[],
  read: (file: string) => string,
): string[] {
  const types = new Map<string, string>();
  for (const entry of entries) {
    const { module } = parseSync(entry, read(entry));
    for (const exported of module.staticExports.flatMap((statement) => statement.entries)) {
      const name = exported.exportName.name ?? '';
      const from = exported.moduleRequest?.value;
      const file = from === undefined ? entry : join(dirname(entry), from);
      if (OPTIONS.test(name) && !PROTOCOL.test(file)) types.set(name, file);
    }
  }
  return [...types].flatMap(([name, file]) => undescribed(name, file, read(file)));
}

/** The names of an interface's own members. */
export function optionNames(name: string, file: string, text: string): string[] {
  return membersOf(name, parseSync(file, text)).map((member) => {
    const { key } = member as { key?: { name?: string } };
    return key?.name ?? '';
  });
}

function membersOf(name: string, { program }: ParseResult): TSSignature[] {
  return program.body.flatMap((statement) => {
    const declared =
      statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    return declared?.type === 'TSInterfaceDeclaration' && declared.id.name === name
      ? declared.body.body
      : [];
  });
}

function undescribed(name: string, file: string, text: string): string[] {
  const parsed = parseSync(file, text);
  const { comments } = parsed;
  return membersOf(name, parsed)
    .filter((member) => isOptional(member) && !/\bDefault\b/.test(docOf(member, comments, text)))
    .map(({ start }) => `${file}:${lineAt(text, start)} ${name}`);
}

function isOptional(member: TSSignature): boolean {
  return 'optional' in member && member.optional === true;
}

function docOf(member: TSSignature, comments: readonly Comment[], text: string): string {
  const isBefore = ({ end }: Comment): boolean =>
    end <= member.start && text.slice(end, member.start).trim() === '';
  return comments.find(isBefore)?.value ?? '';
}

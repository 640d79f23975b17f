/** The comments that editors show to users of the package. */
import { dirname, join } from 'node:path/posix';
import { type Comment, type Statement, parseSync } from 'oxc-parser';
import { lineAt } from '../syntax-tree.ts';

/** A comment of something public. */
export interface PublicDoc {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** Between a comment and the private member it explains. */
const PRIVATE = /^\s*(?:(?:private|static|readonly|async|get|set|override)\s+)*(?:#|private\b)/;

/**
 * Comments of what `entries` export by name, and of its public members.
 *
 * @param read the text of a file
 * @throws Error for a name that is exported and not declared; SyntaxError
 */
export function publicDocs(
  entries: readonly string[],
  read: (file: string) => string,
): PublicDoc[] {
  const names = new Map<string, Set<string>>();
  for (const entry of entries) {
    const { module } = parseSync(entry, read(entry));
    for (const { exportName, importName, moduleRequest } of module.staticExports.flatMap(
      (statement) => statement.entries,
    )) {
      const file = moduleRequest === null ? entry : join(dirname(entry), moduleRequest.value);
      const name = moduleRequest === null ? exportName.name : importName.name;
      names.set(file, (names.get(file) ?? new Set()).add(name!));
    }
  }
  return [...names].flatMap(([file, wanted]) => docsIn(file, read(file), wanted));
}

function docsIn(file: string, text: string, names: ReadonlySet<string>): PublicDoc[] {
  const { program, comments, errors } = parseSync(file, text);
  if (errors.length > 0) throw new SyntaxError(`${file}: ${errors[0]!.message}`);
  const docs = comments.filter(({ type, value }) => type === 'Block' && value.startsWith('*'));
  const isPublic = (doc: Comment): boolean => !PRIVATE.test(text.slice(doc.end));
  return [...names].flatMap((name) => {
    const declarations = program.body.filter((statement) => declaredBy(statement).includes(name));
    if (declarations.length === 0) throw new Error(`${file} does not declare ${name}.`);
    return docs
      .filter((doc) => declarations.some((declaration) => belongs(doc, declaration, text)))
      .filter(isPublic)
      .map((doc) => ({ file, line: lineAt(text, doc.start), text: doc.value }));
  });
}

/** Whether a comment is in a declaration, or right in front of it. */
function belongs(doc: Comment, { start, end }: Statement, text: string): boolean {
  if (doc.start >= start) return doc.end <= end;
  return doc.end <= start && text.slice(doc.end, start).trim() === '';
}

/** The names a statement declares. */
function declaredBy(statement: Statement): string[] {
  const declaration =
    statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
  if (declaration?.type === 'VariableDeclaration') {
    return declaration.declarations.flatMap(({ id }) =>
      id.type === 'Identifier' ? [id.name] : [],
    );
  }
  const id = declaration !== null && 'id' in declaration ? declaration.id : undefined;
  return id?.type === 'Identifier' ? [id.name] : [];
}

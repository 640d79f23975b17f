/**
 * Finds forgotten exports: types that users of an entry point meet in its declarations and cannot
 * import from it. TypeScript cannot name them either, so that `export const x = …` in a user's
 * library does not compile, or compiles into an import that `exports` of package.json forbids.
 */
import { dirname, join } from 'node:path/posix';
import { type DeclarationFile, readDeclarationFile } from './declaration-file.ts';
import { type Reference, referencesIn } from './references.ts';

export interface ForgottenExport {
  /** What is not exported, and the file that declares it. */
  readonly name: string;
  readonly path: string;
  /** What refers to it. */
  readonly usedBy: string;
}

/** A declaration, by the file it is in: `file.d.ts#Name`. */
type Id = string;

export class PublicTypes {
  readonly #files = new Map<string, DeclarationFile>();
  readonly #read: (path: string) => string;

  /** @param read the text of a declaration file, by its path from the root of all of them */
  constructor(read: (path: string) => string) {
    this.#read = read;
  }

  /**
   * @param entry the path of the entry's declaration file
   * @throws SyntaxError; Error for a name that a module is said to export and does not
   */
  forgottenBy(entry: string): ForgottenExport[] {
    const names = [...this.#file(entry).exported.keys()];
    const reached = new Set(names.flatMap((name) => this.#exported(entry, name)));
    const forgotten: ForgottenExport[] = [];
    // A Set yields what is added to it meanwhile.
    for (const id of reached) {
      for (const used of this.#usedIn(id)) {
        if (!reached.has(used)) forgotten.push(forgottenExport(used, id));
        reached.add(used);
      }
    }
    return forgotten;
  }

  #usedIn(id: Id): Id[] {
    const [path = '', name = ''] = id.split('#');
    const references = this.#file(path).declared.get(name)!.flatMap(referencesIn);
    return references.flatMap((reference) => this.#resolve(path, reference));
  }

  /** None for what is declared in no file of ours: globals, packages, type parameters. */
  #resolve(path: string, reference: Reference): Id[] {
    if (typeof reference !== 'string') {
      const target = targetOf(path, reference.specifier);
      return target === undefined ? [] : this.#exported(target, reference.name);
    }
    const { declared, imported } = this.#file(path);
    if (declared.has(reference)) return [`${path}#${reference}`];
    const elsewhere = imported.get(reference);
    return elsewhere === undefined ? [] : this.#resolve(path, elsewhere);
  }

  #exported(path: string, name: string): Id[] {
    const target = this.#file(path).exported.get(name);
    if (target === undefined) throw new Error(`${path} does not export '${name}'.`);
    return this.#resolve(path, target);
  }

  #file(path: string): DeclarationFile {
    let file = this.#files.get(path);
    if (file === undefined) {
      file = readDeclarationFile(path, this.#read(path));
      this.#files.set(path, file);
    }
    return file;
  }
}

function forgottenExport(id: Id, user: Id): ForgottenExport {
  const [path = '', name = ''] = id.split('#');
  return { name, path, usedBy: user.slice(user.indexOf('#') + 1) };
}

/** The declaration file that a relative import leads to; `undefined` for a package. */
function targetOf(path: string, specifier: string): string | undefined {
  if (!/^\.\.?\//.test(specifier)) return undefined;
  return join(dirname(path), specifier.replace(/\.[jt]s$/, '.d.ts'));
}

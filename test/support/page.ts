import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The TypeScript of a document, as modules: what is shown is what tests run. */
export class Page {
  readonly text: string;
  readonly #folder: string;
  readonly #unread: Map<string, string>;

  /** @param path relative to the root of the repository */
  constructor(path: string) {
    this.text = readFileSync(join(root, path), 'utf8');
    this.#unread = codeByHeading(this.text);
    mkdirSync(join(root, '.cache'), { recursive: true });
    this.#folder = mkdtempSync(join(root, '.cache/page-'));
    // By it, the code finds the package under its name.
    const tsconfig = { extends: '../../tsconfig.json', include: ['.'] };
    writeFileSync(join(this.#folder, 'tsconfig.json'), JSON.stringify(tsconfig));
  }

  /**
   * Runs the code under a heading and returns what it exports.
   *
   * @param heading followed by ` 2` for the second code under it
   */
  async run<Exports>(heading: string): Promise<Exports> {
    const code = this.#unread.get(heading);
    if (code === undefined) throw new Error(`there is no code under '${heading}' that has not run`);
    this.#unread.delete(heading);
    const file = join(this.#folder, `${heading.replaceAll(/\W+/g, '-')}.ts`);
    writeFileSync(file, code);
    return (await import(/* @vite-ignore */ file)) as Exports;
  }

  /** Headings whose code has not run. */
  get unread(): string[] {
    return [...this.#unread.keys()];
  }

  close(): void {
    rmSync(this.#folder, { recursive: true });
  }
}

function codeByHeading(text: string): Map<string, string> {
  const found = new Map<string, string>();
  let heading = '';
  let count = 0;
  for (const { groups } of text.matchAll(/^#{2,} (?<title>[^\n]+)$|^```ts\n(?<code>.*?)^```/gms)) {
    const { title, code } = groups!;
    if (title !== undefined) [heading, count] = [title, 0];
    else if (code !== undefined) found.set(++count === 1 ? heading : `${heading} ${count}`, code);
  }
  return found;
}

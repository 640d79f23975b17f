/** Finds the ids a file cites; test/requirements.ts says what an id is and where it is looked for. */
import { type Node, type Program, parseSync } from 'oxc-parser';
import { RULE_FAMILIES } from '../../test/requirements.ts';
import { childrenOf, lineAt } from '../syntax-tree.ts';

/** One id in one file. */
export interface Citation {
  readonly id: string;
  readonly file: string;
  readonly line: number;
  /** Whether it is in the title of a test that runs: then the test shows it. */
  readonly isShown: boolean;
}

/** A piece of a file in which ids are looked for. */
interface Passage {
  readonly text: string;
  /** Where it begins in the file. */
  readonly start: number;
  readonly isShown: boolean;
}

const ID = `(?:[A-Z]{2}-\\d{1,3}|[T${RULE_FAMILIES.join('')}]\\d{1,2})`;
const IDS = new RegExp(`(?<![\\w%-])${ID}(?![\\w%-])`, 'g');
const BEGINS_WITH_ID = new RegExp(`^${ID}\\s`);

const TITLED = new Set(['describe', 'it', 'test']);
const NOT_RUN = new Set(['skip', 'todo', 'fails']);

/** The ids in a text, wherever they stand. */
export function idsIn(text: string): string[] {
  return [...text.matchAll(IDS)].map(([id]) => id);
}

/** The ids that `text`, the content of `file`, cites. */
export function citationsIn(file: string, text: string): Citation[] {
  const passages = file.endsWith('.md') ? proseOf(text) : sourcePassages(file, text);
  return passages.flatMap(({ text: passage, start, isShown }) =>
    [...passage.matchAll(IDS)].map(({ 0: id, index }) => ({
      id,
      file,
      line: lineAt(text, start + index),
      isShown,
    })),
  );
}

/** A document without its code; what is left stays where it was. */
function proseOf(document: string): Passage[] {
  const blank = (code: string): string => code.replaceAll(/[^\n]/g, ' ');
  const text = document.replaceAll(/^```.*?^```/gms, blank).replaceAll(/`[^`\n]*`/g, blank);
  return [{ text, start: 0, isShown: false }];
}

function sourcePassages(file: string, text: string): Passage[] {
  const { program, comments, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]!.message}`);
  const passages = comments.map(({ value, start }) => ({
    text: value,
    start: start + 2,
    isShown: false,
  }));
  return file.endsWith('.test.ts') ? [...passages, ...titlesIn(program)] : passages;
}

/** Titles of tests, and texts that begin as titles do. */
function titlesIn(program: Program): Passage[] {
  const found: Passage[] = [];
  const visit = (node: Node, runs: boolean, inTitle: boolean): void => {
    for (const text of textsOf(node)) {
      if (inTitle || BEGINS_WITH_ID.test(text)) {
        found.push({ text, start: node.start, isShown: runs });
      }
    }
    const call = node.type === 'CallExpression' ? calleeNames(node.callee) : [];
    const isTitled = TITLED.has(call[0] ?? '');
    const goesOn = runs && !(isTitled && call.some((name) => NOT_RUN.has(name)));
    for (const child of childrenOf(node)) {
      const isTitle = isTitled && node.type === 'CallExpression' && child === node.arguments[0];
      visit(child, goesOn, inTitle || isTitle);
    }
  };
  visit(program, true, false);
  return found;
}

function textsOf(node: Node): string[] {
  if (node.type === 'Literal' && typeof node.value === 'string') return [node.value];
  if (node.type === 'TemplateElement') return [node.value.cooked ?? ''];
  return [];
}

/** The names in what is called: `it`, `each` for `it.each(…)(…)`. */
function calleeNames(callee: Node): string[] {
  if (callee.type === 'Identifier') return [callee.name];
  if (callee.type === 'CallExpression') return calleeNames(callee.callee);
  if (callee.type === 'TaggedTemplateExpression') return calleeNames(callee.tag);
  if (callee.type !== 'MemberExpression') return [];
  return [...calleeNames(callee.object), ...calleeNames(callee.property)];
}

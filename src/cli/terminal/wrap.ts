import { wrapAnsi } from 'fast-wrap-ansi';

/** What is known of a stream's width; pipes have none. */
export interface Sized {
  readonly columns?: number;
}

export function widthOf(stream: Sized): number {
  return stream.columns ?? 80;
}

/** Breaks between words, and inside of those that are too long; no line is wider than `width`. */
export function wrap(text: string, width: number): string[] {
  return text
    .replaceAll('\t', '  ')
    .split('\n')
    .flatMap((paragraph) => wrapOne(paragraph, width));
}

function wrapOne(paragraph: string, width: number): string[] {
  const options = { hard: true, trim: false };
  const lines = wrapAnsi(paragraph, Math.max(width, 10), options).split('\n');
  // What the text itself begins with is its indentation.
  return lines.map((line, index) => (index === 0 ? line : line.trimStart()).trimEnd());
}

/** As much of a line as fits. */
export function fit(line: string, width: number): string {
  if (cut(line, width).length === 1) return line;
  return `${cut(line, width - 1)[0]!.trimEnd()}…`;
}

function cut(line: string, width: number): string[] {
  const options = { hard: true, wordWrap: false, trim: false };
  return wrapAnsi(line, Math.max(width, 1), options).split('\n');
}

import { wrapAnsi } from 'fast-wrap-ansi';

/** A stream and its width in columns; pipes have none. */
export interface Sized {
  readonly columns?: number;
}

export function widthOf(stream: Sized): number {
  return stream.columns ?? 80;
}

/**
 * Breaks text into lines of at most `width` columns: between words, and inside words that are
 * longer.
 */
export function wrap(text: string, width: number): string[] {
  return apart(text)
    .replaceAll('\t', '  ')
    .split('\n')
    .flatMap((paragraph) => wrapOne(paragraph, width));
}

function wrapOne(paragraph: string, width: number): string[] {
  const options = { hard: true, trim: false };
  const lines = wrapAnsi(paragraph, Math.max(width, 10), options).split('\n');
  // Spaces at the beginning of the text are its indentation, and stay.
  return lines.map((line, index) => (index === 0 ? line : line.trimStart()).trimEnd());
}

/**
 * Breaks lines for a terminal, and indents what goes on below: else a server could fill a line, and
 * have its next words look like a line of ours. Elsewhere a line stays a line.
 */
export function hanging(text: string, stream: Sized & { readonly isTTY?: boolean }): string {
  if (!stream.isTTY) return text;
  const lines = text.split('\n').flatMap((line) => {
    const [first = '', ...rest] = wrap(line, widthOf(stream) - INDENT.length);
    return [first, ...rest.map((each) => INDENT + each)];
  });
  return lines.join('\n');
}

const INDENT = '  ';

/** A line, shortened to `width` columns. */
export function fit(line: string, width: number): string {
  const shown = apart(line);
  if (cut(shown, width).length === 1) return shown;
  return `${cut(shown, width - 1)[0]!.trimEnd()}…`;
}

/** What joins emoji, and their tones. */
const JOINING = /(?<=\p{Extended_Pictographic}\ufe0f?)(?:\p{Emoji_Modifier}|\u200d)+/gu;

/** How wide emoji are that are joined differs among terminals: a line that is too wide would go on below ours. */
function apart(text: string): string {
  return text.replace(JOINING, '');
}

function cut(line: string, width: number): string[] {
  const options = { hard: true, wordWrap: false, trim: false };
  return wrapAnsi(line, Math.max(width, 1), options).split('\n');
}

import { styleText } from 'node:util';

export type Style = Parameters<typeof styleText>[0];

/** A stream that may support colours. */
export interface Paintable {
  readonly isTTY?: boolean;
  hasColors?(): boolean;
}

/** `text` in a style, if the terminal has colours and NO_COLOR is not set. */
export function paint(stream: Paintable, style: Style, text: string): string {
  const wanted =
    stream.isTTY === true && !process.env['NO_COLOR'] && stream.hasColors?.() !== false;
  return wanted ? styleText(style, text) : text;
}

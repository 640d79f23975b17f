import { styleText } from 'node:util';

export type Style = Parameters<typeof styleText>[0];

/** Whatever may or may not show colours. */
export interface Paintable {
  readonly isTTY?: boolean;
  hasColors?(): boolean;
}

/** `text` in a style, on a terminal that has colours and whose user wants them (NO_COLOR). */
export function paint(stream: Paintable, style: Style, text: string): string {
  const wanted =
    stream.isTTY === true && !process.env['NO_COLOR'] && stream.hasColors?.() !== false;
  return wanted ? styleText(style, text) : text;
}

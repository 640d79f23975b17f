/** Says what happens, in at most 80 columns, with colours only where they can be seen. */
import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

const WIDTH = 78;

function paint(style: Style, text: string): string {
  return process.stdout.isTTY ? styleText(style, text) : text;
}

export function say(text = ''): void {
  for (const paragraph of text.split('\n')) {
    const indent = /^ */.exec(paragraph)![0];
    console.log(wrap(paragraph.slice(indent.length), indent));
  }
}

export function heading(text: string): void {
  say();
  console.log(paint('bold', text));
}

/** A line about a round: what is sent, or what comes back. */
export function line(arrow: '→' | '←' | '·' | '✗', text: string): void {
  const colour = ({ '→': 'cyan', '←': 'green', '·': 'gray', '✗': 'red' } as const)[arrow];
  console.log(`  ${paint(colour, arrow)} ${wrap(text, '    ').trimStart()}`);
}

/** Breaks between words; what hangs over begins below the first word. */
function wrap(text: string, indent: string): string {
  const lines: string[] = [];
  let current = '';
  for (const word of text.split(' ')) {
    if (current !== '' && indent.length + current.length + word.length + 1 > WIDTH) {
      lines.push(indent + current);
      current = word;
    } else {
      current = current === '' ? word : `${current} ${word}`;
    }
  }
  return [...lines, indent + current].join('\n');
}

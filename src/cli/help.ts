/** How help looks on the terminal it is for. */
import { type Command, Help } from 'commander';
import { rondo } from './command-name.ts';
import { widthOf, wrap } from './terminal/wrap.ts';

/** What the texts of help are written for, in columns. */
const USUAL = 80;

/** Wider than this, in columns, a description stands beside what it describes. */
const BESIDE = 65;

/** No line is longer, in columns: it would be hard to read. */
const LONGEST = 100;

export function layOutHelp(program: Command): void {
  const width = (stream: NodeJS.WriteStream): number => Math.min(widthOf(stream), LONGEST);
  program
    .configureOutput({
      outputError: () => {},
      getOutHelpWidth: () => width(process.stdout),
      getErrHelpWidth: () => width(process.stderr),
      writeOut: (text) => void process.stdout.write(narrowed(text, width(process.stdout))),
      writeErr: (text) => void process.stderr.write(narrowed(text, width(process.stderr))),
    })
    .configureHelp({ subcommandTerm: (command) => command.name(), formatItem });
}

function formatItem(term: string, termWidth: number, description: string, helper: Help): string {
  const isNarrow = (helper.helpWidth ?? USUAL) <= BESIDE;
  if (isNarrow) return `  ${term}\n      ${description}`;
  return Help.prototype.formatItem.call(helper, term, termWidth, description, helper);
}

/** Help of which no line is wider than `width`, but for commands: they can be copied. */
export function narrowed(text: string, width: number): string {
  if (width >= USUAL) return text;
  // Lines of a paragraph are one again before it is broken anew.
  const flowing = text.replace(/(?<=^\S.*)\n(?=\S)/gm, ' ');
  return flowing
    .split('\n')
    .flatMap((line) => (isCommand(line) ? [line] : broken(line, width)))
    .join('\n');
}

function isCommand(line: string): boolean {
  return /^ {2}\S/.test(line) && line.includes(`${rondo} `);
}

/** What goes on below is indented as the line is, or as what stands behind a number or `Usage:`. */
function broken(line: string, width: number): string[] {
  const lead = /^(?:Usage: | {2}\d+ +| *)/.exec(line)![0];
  const lines = wrap(line.slice(lead.length), width - lead.length);
  return lines.map((each, i) => (i === 0 ? lead : ' '.repeat(lead.length)) + each);
}

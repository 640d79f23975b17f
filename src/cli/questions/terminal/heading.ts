import { cleanLine } from '../../terminal/clean.ts';
import { paint } from '../../terminal/paint.ts';
import { fit, wrap } from '../../terminal/wrap.ts';
import type { AskedQuestion } from '../answerer.ts';
import type { Prompts } from './prompts.ts';

/**
 * Shows who asks (EL-9): first the server's address, which it cannot choose, on lines of its own and
 * never cut; then what the server calls itself, which is cut to what is left.
 */
export function showHeading(prompts: Prompts, asked: AskedQuestion): void {
  const { clack, output, width } = prompts;
  const which = asked.of === 1 ? 'Question' : `Question ${asked.number} of ${asked.of}`;
  const heading = fit(`${which} from ${serverTitle(asked)}`, width);
  clack.intro(paint(output, 'bold', heading), { output });
  const lines = [
    ...addressLines(prompts, asked),
    paint(output, 'dim', selfDescription(asked, width)),
  ];
  clack.log.message(lines, { output, spacing: 0 });
}

/** The address of the server, to be shown beside everything that is sent to it. */
export function addressLines({ width }: Prompts, asked: AskedQuestion): string[] {
  return wrap(`Address: ${cleanLine(asked.where)}`, width);
}

function selfDescription(asked: AskedQuestion, width: number): string {
  const version: unknown = asked.server?.version;
  const known = typeof version === 'string' ? ` ${cleanLine(version)}` : '';
  return fit(`Calls itself: ${name(asked)}${known}`, width);
}

/** What people call the server. */
export function serverTitle(asked: AskedQuestion): string {
  const title = asked.server?.title;
  const known = typeof title === 'string' ? cleanLine(title) : '';
  return known === '' ? name(asked) : known;
}

function name({ server }: AskedQuestion): string {
  const known = server === undefined ? '' : cleanLine(server.name);
  return known === '' ? 'a server without a name' : known;
}

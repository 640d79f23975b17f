import { cleanLine } from '../../terminal/clean.ts';
import { paint } from '../../terminal/paint.ts';
import { fit } from '../../terminal/wrap.ts';
import type { AskedQuestion } from '../answerer.ts';
import type { Prompts } from './prompts.ts';

/** Shows who asks: the server's own name, and its address, which it cannot choose (EL-9). */
export function showHeading(prompts: Prompts, asked: AskedQuestion): void {
  const { clack, output, width } = prompts;
  const which = asked.of === 1 ? 'Question' : `Question ${asked.number} of ${asked.of}`;
  const heading = fit(`${which} from ${serverTitle(asked)}`, width);
  clack.intro(paint(output, 'bold', heading), { output });
  const version =
    asked.server === undefined ? '' : `${name(asked)} ${cleanLine(asked.server.version)} `;
  const lines = fit(`${version}at ${cleanLine(asked.where)}`, width);
  clack.log.message(paint(output, 'dim', lines), { output, spacing: 0 });
}

/** What people call the server. */
export function serverTitle(asked: AskedQuestion): string {
  const title = asked.server?.title;
  return typeof title === 'string' && title.trim() !== '' ? cleanLine(title) : name(asked);
}

function name({ server }: AskedQuestion): string {
  return server === undefined ? 'a server without a name' : cleanLine(server.name);
}

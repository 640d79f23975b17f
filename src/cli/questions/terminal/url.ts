/** A URL question: the URL is shown in full, and opened only with the user's consent (EL-10). */
import type { UrlAnswer, UrlQuestion } from '../../../client/flows/handlers.ts';
import { clean } from '../../terminal/clean.ts';
import { paint } from '../../terminal/paint.ts';
import { wrap } from '../../terminal/wrap.ts';
import type { AskedQuestion } from '../answerer.ts';
import { showHeading } from './heading.ts';
import { openUrl } from './opener.ts';
import { LEFT, type Prompts } from './prompts.ts';
import { REFUSALS } from './refusal.ts';

type Decision = 'open' | 'show' | 'decline' | 'cancel';

export async function askUrl(
  prompts: Prompts,
  question: UrlQuestion,
  asked: AskedQuestion,
): Promise<UrlAnswer> {
  await prompts.discardTyped();
  showHeading(prompts, asked);
  prompts.line(clean(question.message));
  showUrl(prompts, question);
  const answer = await consent(prompts, question.url);
  const outcome = {
    accept: 'The server has been notified.',
    decline: 'Declined.',
    cancel: 'Cancelled.',
  };
  prompts.clack.outro(outcome[answer.action], { output: prompts.output });
  return answer;
}

async function consent(prompts: Prompts, url: URL): Promise<UrlAnswer> {
  const decision = await askConsent(prompts, url);
  if (decision === 'decline' || decision === 'cancel') return { action: decision };
  const isOpen = decision === 'open' && (await openUrl(url));
  if (decision === 'open' && !isOpen) {
    prompts.warn('Nothing here could open it; please do it yourself.');
  }
  // On a line of its own, so that it can be copied.
  if (!isOpen) prompts.output.write(`\n${url.href}\n`);
  return askDone(prompts);
}

/** Shows the whole URL, with its host emphasised: the host gets the user's data. */
function showUrl(prompts: Prompts, { url, warnings }: UrlQuestion): void {
  const { clack, output, width } = prompts;
  const [, before = '', host = '', rest = ''] = HOST.exec(url.href) ?? [];
  const shown = before + paint(output, ['bold', 'underline'], host) + rest;
  clack.log.message(wrap(shown, width), { output });
  clack.log.message(wrap(`Host: ${paint(output, 'bold', host)}`, width), { output });
  for (const warning of warnings) prompts.warn(warning);
}

const HOST = /^(https?:\/\/(?:[^@/?#]*@)?)([^/?#]*)(.*)$/;

async function askConsent(prompts: Prompts, url: URL): Promise<Decision> {
  for (;;) {
    const decision = await prompts.ask((common) =>
      prompts.clack.select<Decision>({
        ...common,
        message: `Open this page of ${url.host}?`,
        options: [
          { value: 'open', label: 'Open it', hint: 'in your browser' },
          { value: 'show', label: 'I open it myself' },
          ...REFUSALS,
        ],
      }),
    );
    if (decision !== LEFT) return decision;
  }
}

/**
 * Consent is not completion: the server may want to see that something has happened there (EL-14).
 */
async function askDone(prompts: Prompts): Promise<UrlAnswer> {
  for (;;) {
    const decision = await prompts.ask((common) =>
      prompts.clack.select<'accept' | 'cancel'>({
        ...common,
        message: 'Go on once you are done there.',
        options: [{ value: 'accept', label: 'Go on' }, REFUSALS[1]],
      }),
    );
    if (decision !== LEFT) return { action: decision };
  }
}

/** URL elicitation (EL-10 to EL-14). */
import { anyText } from '../../base/options/option-checks.ts';
import { type OptionSet, readOptions } from '../../base/options/options.ts';
import type { InputRequest } from '../../protocol/results.ts';
import { RondoError } from '../../base/errors.ts';
import { isRecord } from '../../base/json/json.ts';
import type { Checked } from '../../schema/json/checked.ts';
import type { Ask } from './ask.ts';
import type { Flow } from '../journal/flow.ts';
import { QuestionBody } from '../journal/question.ts';
import { notUnderstood, withProblems } from './answer.ts';
import { EXPIRING, type Expiring, type Refusal, isRefusal, reviveRefusal } from './expiry.ts';
import { assertMessage } from './message.ts';

/**
 * The user's answer to a URL. `accept` is consent to open it, not completion of what happens there.
 */
export type UrlOutcome = { readonly action: 'accept' } | Refusal;

export interface ElicitUrlParams extends Expiring {
  readonly message: string;
  /**
   * Absolute, http or https. Must not hold user data or credentials.
   *
   * @see https://modelcontextprotocol.io/specification/2026-07-28/client/elicitation#safe-url-handling
   */
  readonly url: string;
}

const ELICIT_URL_PARAMS: OptionSet<ElicitUrlParams> = {
  of: 'elicitUrl()',
  table: { message: anyText, url: anyText, ...EXPIRING },
};
/** A URL for the user to open (EL-10). */
export function urlRequest(message: string, url: string): InputRequest {
  return { method: 'elicitation/create', params: { mode: 'url', message, url } };
}

/**
 * @throws RondoError `invalid_elicitation` unless the URL is absolute, http or https, and without
 *   credentials; `invalid_options`
 */
export function urlAsk(flow: Flow, key: string, params: ElicitUrlParams): Ask<UrlOutcome> {
  const { message, url, expires } = readOptions(ELICIT_URL_PARAMS, params);
  assertMessage('elicitUrl(key, { message, url })', message);
  assertElicitUrl(url);
  return {
    kind: 'url',
    key,
    question: new QuestionBody(url).digest(flow, message),
    expires,
    needs: { elicitation: { url: {} } },
    acceptsUnsolicited: false,
    render: (problems) => urlRequest(withProblems(message, problems), url),
    judge: judgeConsent,
    revive: (value) => (isRefusal(value) ? reviveRefusal(value) : { action: 'accept' }),
  };
}

/** @throws RondoError `invalid_elicitation`; the message does not show the URL */
export function assertElicitUrl(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new RondoError(
      'invalid_elicitation',
      'elicitUrl needs an absolute http or https URL, such as https://pay.example/1.',
    );
  }
  if (url.username === '' && url.password === '') return;
  const message =
    'The URL of elicitUrl contains credentials, which the client would see. Remove them.';
  throw new RondoError('invalid_elicitation', message);
}

function judgeConsent(answer: unknown): Checked {
  const action = isRecord(answer) ? answer['action'] : undefined;
  const known = action === 'accept' || action === 'decline' || action === 'cancel';
  return known ? { ok: true, value: action } : notUnderstood;
}

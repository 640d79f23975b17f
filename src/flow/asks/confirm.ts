import { isRecord } from '../../base/json/json.ts';
import { type OptionSet, readOptions } from '../../base/options/options.ts';
import type { FormSchema } from '../../protocol/types/elicitation.ts';
import type { Checked } from '../../schema/json/checked.ts';
import type { Ask } from './ask.ts';
import type { Flow } from '../journal/flow.ts';
import { QuestionBody } from '../journal/question.ts';
import { FORM, notUnderstood, withProblems } from './answer.ts';
import { EXPIRING, type Expiring } from './expiry.ts';
import { formRequest } from './form.ts';
import { assertMessage } from './message.ts';

const REQUESTED_SCHEMA: FormSchema = {
  type: 'object',
  properties: { confirm: { type: 'boolean', title: 'Confirm' } },
  required: ['confirm'],
};

/** Options of `confirm()`. */
export type ConfirmOptions = Expiring;

const CONFIRM_OPTIONS: OptionSet<ConfirmOptions> = { of: 'confirm()', table: EXPIRING };

const BODY = new QuestionBody('confirm');

/**
 * A form with one required boolean and no default. Only an accepted `true` is a yes.
 *
 * @throws RondoError `invalid_elicitation` for a message that is not text; `invalid_options`
 */
export function confirmAsk(
  flow: Flow,
  key: string,
  message: string,
  options?: ConfirmOptions,
): Ask<boolean> {
  assertMessage('confirm(key, message)', message);
  const { expires } = options === undefined ? {} : readOptions(CONFIRM_OPTIONS, options);
  return {
    kind: 'form',
    key,
    question: BODY.digest(flow, message),
    expires,
    needs: FORM,
    acceptsUnsolicited: false,
    render: (problems) => formRequest(withProblems(message, problems), REQUESTED_SCHEMA),
    judge: judgeConfirmation,
    revive: (value) => value === true,
  };
}

function judgeConfirmation(answer: unknown): Checked {
  if (!isRecord(answer)) return notUnderstood;
  const { action, content } = answer;
  if (action === 'decline' || action === 'cancel') return { ok: true, value: false };
  const confirm = action === 'accept' && isRecord(content) ? content['confirm'] : undefined;
  if (typeof confirm === 'boolean') return { ok: true, value: confirm };
  return { ok: false, problems: ['confirm: must be true or false'] };
}

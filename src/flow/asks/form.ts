/** Form elicitation (EL-3 to EL-7). */
import { aSchema, anyText, oneOf } from '../../base/options/option-checks.ts';
import { type OptionSet, readOptions } from '../../base/options/options.ts';
import type { FormSchema } from '../../protocol/types/elicitation.ts';
import { type UnknownRecord, isRecord } from '../../base/json/json.ts';
import type { InputRequest } from '../../protocol/results.ts';
import { type Schema, resolveSchema } from '../../schema/author-schema.ts';
import type { Checked } from '../../schema/json/checked.ts';
import type { AuthorSchema } from '../../schema/standard.ts';
import type { AnswerBy, Ask } from './ask.ts';
import type { Flow } from '../journal/flow.ts';
import { QuestionBody, type QuestionDigest } from '../journal/question.ts';
import { FORM, notUnderstood, withProblems } from './answer.ts';
import { EXPIRING, type Expiring, type Refusal, isRefusal, reviveRefusal } from './expiry.ts';
import { toFormSchema } from './form-schema.ts';
import { assertMessage } from './message.ts';

/** The user's answer to a form. A refusal is a value, not an exception. */
export type ElicitOutcome<T> = { readonly action: 'accept'; readonly content: T } | Refusal;

export interface ElicitParams<S extends AuthorSchema = AuthorSchema> extends Expiring {
  /** Why the answer is needed, for the user to read. */
  readonly message: string;
  /** A flat object of strings, numbers, booleans and choices. Hoist it out of the handler. */
  readonly schema: S;
  /**
   * `model`: in a task whose client cannot follow it, the model may answer, with the tool `task_answer`.
   * Default `person`: only the user may.
   */
  readonly answerBy?: AnswerBy;
}

const ELICIT_PARAMS: OptionSet<ElicitParams> = {
  of: 'elicit()',
  table: { message: anyText, schema: aSchema, answerBy: oneOf('person', 'model'), ...EXPIRING },
};

/**
 * @throws RondoError `invalid_elicitation` naming the first property that a form cannot show;
 *   `invalid_options`
 */
export function formAsk<T>(flow: Flow, key: string, params: ElicitParams): Ask<ElicitOutcome<T>> {
  const { message, schema, ...more } = readOptions(ELICIT_PARAMS, params);
  assertMessage('elicit(key, { message, schema })', message);
  return new FormAsk<T>(flow, key, message, formFor(schema), more);
}

/** A form for the user to fill in (EL-3). */
export function formRequest(message: string, requestedSchema: FormSchema): InputRequest {
  return { method: 'elicitation/create', params: { mode: 'form', message, requestedSchema } };
}

class FormAsk<T> implements Ask<ElicitOutcome<T>> {
  readonly kind = 'form';
  readonly needs = FORM;
  readonly acceptsUnsolicited = true;
  readonly key: string;
  readonly question: QuestionDigest;
  readonly expires: number | undefined;
  readonly answerBy: AnswerBy | undefined;
  readonly #message: string;
  readonly #form: Form;

  constructor(
    flow: Flow,
    key: string,
    message: string,
    form: Form,
    { expires, answerBy }: Pick<ElicitParams, 'expires' | 'answerBy'>,
  ) {
    this.key = key;
    this.question = form.body.digest(flow, message);
    this.expires = expires;
    this.answerBy = answerBy;
    this.#message = message;
    this.#form = form;
  }

  render(problems: readonly string[]): InputRequest {
    return formRequest(withProblems(this.#message, problems), this.#form.requestedSchema);
  }

  judge(answer: unknown): Checked | Promise<Checked> {
    return judgeForm(this.#form, answer);
  }

  revive(value: unknown): ElicitOutcome<T> {
    return reviveForm<T>(value);
  }
}

/**
 * Reads a recorded answer: `'decline'`, `'cancel'`, `'expired'`, or the checked content of an accepted form.
 * Content that the schema turned into a string or an array is recorded inside one more array, to
 * distinguish it from those.
 */
function reviveForm<T>(value: unknown): ElicitOutcome<T> {
  if (isRefusal(value)) return reviveRefusal(value);
  return { action: 'accept', content: (Array.isArray(value) ? value[0] : value) as T };
}

/** An author's schema as a form. */
interface Form {
  /** The schema that is sent. */
  readonly requestedSchema: FormSchema;
  readonly body: QuestionBody;
  readonly schema: Schema;
}

const forms = new WeakMap<object, Form>();

/** Cached per schema object. */
function formFor(schema: AuthorSchema): Form {
  let form = forms.get(schema);
  if (form === undefined) {
    const resolved = resolveSchema(schema);
    const requestedSchema = toFormSchema(resolved.input);
    const body = new QuestionBody(JSON.stringify(requestedSchema));
    form = { requestedSchema, body, schema: resolved };
    forms.set(schema, form);
  }
  return form;
}

/** Judges an `ElicitResult` against a form (F9, EL-6, EL-7). */
function judgeForm(form: Form, answer: unknown): Checked | Promise<Checked> {
  const action = isRecord(answer) ? answer['action'] : undefined;
  if (action === 'decline' || action === 'cancel') return { ok: true, value: action };
  if (action !== 'accept') return notUnderstood;
  const { content } = answer as UnknownRecord;
  if (!isRecord(content)) return { ok: false, problems: ['the form came back empty'] };
  const checked = form.schema.check(knownFields(form, content));
  return checked instanceof Promise ? checked.then(toRecord) : toRecord(checked);
}

function toRecord(checked: Checked): Checked {
  if (!checked.ok) return checked;
  const { value } = checked;
  return typeof value === 'string' || Array.isArray(value) ? { ok: true, value: [value] } : checked;
}

/** Drops fields that the schema does not have, and `null`, which no field can be (F9, MS-21). */
function knownFields(form: Form, content: UnknownRecord): UnknownRecord {
  const known: UnknownRecord = {};
  for (const key of Object.keys(form.requestedSchema.properties)) {
    if (Object.hasOwn(content, key) && content[key] !== null) known[key] = content[key];
  }
  return known;
}

/** Manual rounds, as in the official SDK: the handler returns the questions to ask. */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { toFormSchema } from '../../flow/asks/form-schema.ts';
import { assertSampling } from '../../flow/asks/sampling.ts';
import { formRequest } from '../../flow/asks/form.ts';
import { assertMessage } from '../../flow/asks/message.ts';
import { assertElicitUrl, urlRequest } from '../../flow/asks/url.ts';
import { RondoError } from '../../base/errors.ts';
import { type UnknownRecord, isRecord } from '../../base/json/json.ts';
import type { InputRequest, InputRequests, InputRequiredResult } from '../../protocol/results.ts';
import type {
  CreateMessageParams,
  CreateMessageResult,
  Root,
} from '../../protocol/types/sampling.ts';
import { resolveSchema } from '../../schema/author-schema.ts';
import { type AuthorSchema, type StandardSchema, isStandardSchema } from '../../schema/standard.ts';
import { validateNow } from '../../schema/validate.ts';

/** What a manual round ends with: questions, a state of the handler's own, or both. */
export interface InputRequiredSpec {
  /** Questions by key. Default: none; then `requestState` is required. */
  readonly inputRequests?: InputRequests;
  /**
   * Text for the next round, where it is `ctx.requestState`. The client carries it sealed. Default:
   * none.
   */
  readonly requestState?: string;
}

/** The type of {@link inputRequired}: a function with one more for each kind of question. */
export interface InputRequiredBuilder {
  /**
   * The result that asks: return it from the handler, which is called again with the answers.
   *
   * @throws RondoError `invalid_elicitation` without questions and state
   */
  (spec: InputRequiredSpec): InputRequiredResult;
  /** A form. @throws RondoError `invalid_elicitation` for a schema that a form cannot show. */
  elicit(params: { message: string; requestedSchema: AuthorSchema }): InputRequest;
  /** A URL to open. @throws RondoError `invalid_elicitation` for a URL that clients must refuse. */
  elicitUrl(params: { message: string; url: string }): InputRequest;
  /**
   * A completion of the client's model.
   *
   * @throws RondoError `invalid_sampling` for a conversation that clients must refuse
   */
  createMessage(params: CreateMessageParams): InputRequest;
  /** The client's directories. */
  listRoots(): InputRequest;
}

/**
 * Builds the result of a manual round: the handler returns its questions instead of awaiting them.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/mrtr
 */
export const inputRequired: InputRequiredBuilder = Object.assign(
  (spec: InputRequiredSpec): InputRequiredResult => {
    const { inputRequests, requestState } = spec;
    const asks = inputRequests !== undefined && Object.keys(inputRequests).length > 0;
    if (!asks && requestState === undefined) {
      const message = 'inputRequired() needs inputRequests, requestState or both.';
      throw new RondoError('invalid_elicitation', message);
    }
    return {
      resultType: 'input_required',
      ...(asks && { inputRequests }),
      ...(requestState !== undefined && { requestState }),
    };
  },
  {
    elicit({ message, requestedSchema }: { message: string; requestedSchema: AuthorSchema }) {
      assertMessage('inputRequired.elicit({ message, requestedSchema })', message);
      return formRequest(message, toFormSchema(resolveSchema(requestedSchema).input));
    },
    elicitUrl({ message, url }: { message: string; url: string }) {
      assertMessage('inputRequired.elicitUrl({ message, url })', message);
      assertElicitUrl(url);
      return urlRequest(message, url);
    },
    createMessage(params: CreateMessageParams) {
      assertSampling(params);
      return { method: 'sampling/createMessage' as const, params };
    },
    listRoots: () => ({ method: 'roots/list' as const, params: {} }),
  },
);

/** One answer, with its kind. */
export type InputResponseView =
  | { kind: 'missing' }
  | { kind: 'elicit'; action: 'accept' | 'decline' | 'cancel'; content?: UnknownRecord }
  | { kind: 'sampling'; result: CreateMessageResult }
  | { kind: 'roots'; roots: Root[] };

/** Reads one answer of `ctx.inputResponses`. Its content has not been validated. */
export function inputResponse(
  responses: UnknownRecord | undefined,
  key: string,
): InputResponseView {
  const answer = responses && Object.hasOwn(responses, key) ? responses[key] : undefined;
  if (!isRecord(answer)) return { kind: 'missing' };
  const { action, content, roots, role } = answer;
  if (action === 'accept' || action === 'decline' || action === 'cancel') {
    return { kind: 'elicit', action, ...(isRecord(content) && { content }) };
  }
  if (Array.isArray(roots)) return { kind: 'roots', roots: roots as Root[] };
  if (typeof role === 'string' && content !== undefined) {
    return { kind: 'sampling', result: answer as unknown as CreateMessageResult };
  }
  return { kind: 'missing' };
}

/**
 * The content of an accepted form, not validated; `undefined` for anything else.
 *
 * @template T what the caller takes it to be
 */
export function acceptedContent<T extends object = UnknownRecord>(
  responses: UnknownRecord | undefined,
  key: string,
): T | undefined;
/**
 * The content of an accepted form, validated and converted by `schema`; `undefined` if it is not
 * valid, and for anything else.
 *
 * @throws TypeError for a schema that is not a Standard Schema, or validates asynchronously
 */
export function acceptedContent<S extends StandardSchema>(
  responses: UnknownRecord | undefined,
  key: string,
  schema: S,
): StandardSchemaV1.InferOutput<S> | undefined;
export function acceptedContent(
  responses: UnknownRecord | undefined,
  key: string,
  schema?: StandardSchema,
): unknown {
  const view = inputResponse(responses, key);
  if (view.kind !== 'elicit' || view.action !== 'accept') return undefined;
  if (schema === undefined || view.content === undefined) return view.content;
  if (!isStandardSchema(schema)) throw new TypeError('acceptedContent() takes Standard Schemas');
  const result = validateNow(schema, view.content);
  if (result === undefined) {
    throw new TypeError('acceptedContent() takes schemas that validate synchronously');
  }
  return result.issues === undefined ? result.value : undefined;
}

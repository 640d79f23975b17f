/** Questions as requests to an old client, and its responses as answers (L8, L9). */
import { type UnknownRecord, isRecord } from '../../base/json/json.ts';
import { writeJson } from '../../base/json/well-formed-json.ts';
import type { FormSchema } from '../../protocol/types/elicitation.ts';
import { InputMethod } from '../../protocol/names/methods.ts';
import type { InputRequest } from '../../protocol/results.ts';
import type { SamplingMessage } from '../../protocol/types/sampling.ts';
import { randomId } from '../../state/flow-secret.ts';
import { namesModes } from '../sessions/capabilities.ts';
import type { SessionFacts } from '../sessions/session-id.ts';

const NEWEST_OLD = '2025-11-25';

/** The request as text; `undefined` if the client's revision cannot carry it. */
export function toOldQuestion(
  id: string,
  request: InputRequest,
  facts: SessionFacts,
): string | undefined {
  const params = paramsOf(request, facts);
  if (params === undefined) return undefined;
  const { method } = request;
  const isEmpty = method === InputMethod.listRoots;
  return writeJson({ jsonrpc: '2.0', id, method, ...(!isEmpty && { params }) });
}

function paramsOf(request: InputRequest, facts: SessionFacts): object | undefined {
  if (request.method === InputMethod.listRoots) return {};
  const isNewest = facts.version === NEWEST_OLD;
  if (request.method === InputMethod.sample) {
    return isNewest ? request.params : withSingleBlocks(request.params);
  }
  const { mode, ...params } = request.params;
  const modeIfKnown = isNewest || namesModes(facts.declared) ? { mode: mode ?? 'form' } : {};
  if ('url' in params) return { ...modeIfKnown, ...params, elicitationId: randomId() };
  const { requestedSchema } = params;
  return {
    ...modeIfKnown,
    ...params,
    ...(!isNewest && { requestedSchema: withEnumNames(requestedSchema) }),
  };
}

/** Before 2025-11-25 the titles of choices were beside them. */
function withEnumNames(schema: FormSchema): UnknownRecord {
  const fields = Object.entries(schema.properties).map(([name, field]) => {
    if (!('oneOf' in field)) return [name, field];
    const { oneOf, ...rest } = field;
    const choices = {
      enum: oneOf.map((one) => one.const),
      enumNames: oneOf.map((one) => one.title),
    };
    return [name, { ...rest, ...choices }];
  });
  return { ...schema, properties: Object.fromEntries(fields) as UnknownRecord };
}

/** Before 2025-11-25 a sampling message had one block. */
function withSingleBlocks(params: {
  readonly messages: readonly SamplingMessage[];
}): object | undefined {
  const messages = params.messages.map(({ content, ...message }) => {
    const [block, ...more] = Array.isArray(content) ? content : [content];
    return block === undefined || more.length > 0 ? undefined : { ...message, content: block };
  });
  return messages.includes(undefined) ? undefined : { ...params, messages };
}

/** What a response says: an answer, or why there is none. */
export type OldAnswer =
  { readonly answer: UnknownRecord; readonly problem?: string } | { readonly refused: string };

/**
 * A question to the person that brings an error or nonsense counts as cancelled. Without the model's
 * answer, or the roots, the call cannot go on.
 */
export function toAnswer(method: InputRequest['method'], response: UnknownRecord): OldAnswer {
  const { result, error } = response;
  if (method === InputMethod.elicit) {
    const isAnswer = isRecord(result) && ACTIONS.includes(result['action']);
    if (isAnswer) return { answer: result };
    const problem = isRecord(error) ? 'an error' : 'something that is no answer';
    return { answer: { action: 'cancel' }, problem };
  }
  if (isRecord(result)) return { answer: result };
  return {
    refused: `The client could not answer ${method}${reasonIn(error)}. Call it again to start over.`,
  };
}

const ACTIONS: readonly unknown[] = ['accept', 'decline', 'cancel'];

function reasonIn(error: unknown): string {
  if (!isRecord(error) || typeof error['message'] !== 'string') return '';
  return `: ${error['message'].slice(0, 200)}`;
}

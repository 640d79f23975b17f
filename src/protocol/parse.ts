/** Parses messages from a client, and checks their envelopes. */
import { ErrorCode } from './names/codes.ts';
import { type UnknownRecord, isRecord } from '../base/json/json.ts';
import type { JsonRpcNotification, JsonRpcRequest, RequestId } from './types/jsonrpc.ts';
import { RpcError, invalidRequest } from './rpc-error.ts';

/** How many levels of objects and arrays a message may have. */
const MAX_JSON_DEPTH = 128;

/** A parsed message, or the error to answer it with. */
export type Incoming =
  | { readonly type: 'request'; readonly request: JsonRpcRequest }
  | { readonly type: 'notification'; readonly notification: JsonRpcNotification }
  | (Unexpected & { readonly type: 'invalid' })
  | (Unexpected & { readonly type: 'response'; readonly response: UnknownRecord })
  | (Unexpected & { readonly type: 'batch'; readonly messages: readonly unknown[] });

/**
 * What this revision does not let a client send (HS-4, IO-3), and the error that says so. Responses
 * and batches are of earlier revisions.
 */
interface Unexpected {
  readonly id: RequestId | undefined;
  readonly error: RpcError;
}

/** Reads the text of a message. */
export function parseIncoming(text: string): Incoming {
  const { value, error } = parseMessage(text);
  if (error !== undefined) return { type: 'invalid', id: undefined, error };
  if (!Array.isArray(value)) return readMessage(value);
  return { ...invalid(undefined, 'batches are not supported'), type: 'batch', messages: value };
}

/** Reads one message that has been parsed. */
export function readMessage(value: unknown): Incoming {
  if (!isRecord(value)) return invalid(undefined, 'not an object');
  const { jsonrpc, id, method, params } = value;
  const readableId = isRequestId(id) ? id : undefined;
  if (jsonrpc !== '2.0') return invalid(readableId, '\'jsonrpc\' must be "2.0"');
  if (typeof method !== 'string') return notARequest(readableId, value);
  if (params !== undefined && !isRecord(params)) {
    return invalid(readableId, "'params' must be an object");
  }
  if (!('id' in value)) return { type: 'notification', notification: value as never };
  if (readableId === undefined) return invalid(undefined, "'id' must be a string or an integer");
  return { type: 'request', request: value as never };
}

/** Whether `value` may be a request id. Unsafe integers may not: they would come back rounded. */
export function isRequestId(value: unknown): value is RequestId {
  return typeof value === 'string' || (typeof value === 'number' && Number.isSafeInteger(value));
}

/** The value of a text, or why it is refused. */
interface Parsed {
  readonly value?: unknown;
  readonly error?: RpcError;
}

/**
 * Parses JSON that may be hostile: too deep nesting is refused before parsing, and so are members
 * named `__proto__`, escaped or not.
 */
export function parseMessage(text: string): Parsed {
  if (isNestedDeeper(text, MAX_JSON_DEPTH)) {
    return { error: invalidRequest(`The message is nested deeper than ${MAX_JSON_DEPTH}`) };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { error: new RpcError(ErrorCode.ParseError, 'The message is not valid JSON') };
  }
  // Search the text first: walking through the value costs more.
  if ((text.includes('__proto__') || text.includes('\\u')) && hasProtoMember(value)) {
    return { error: invalidRequest("The message has a member named '__proto__'") };
  }
  return { value };
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

function isNestedDeeper(text: string, limit: number): boolean {
  // Most messages have fewer brackets than they may have levels.
  if (!hasMoreThan(limit, text, '{', '[')) return false;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (char === QUOTE) i = endOfString(text, i);
    else if (char === OPEN_BRACE || char === OPEN_BRACKET) {
      if (++depth > limit) return true;
    } else if (char === CLOSE_BRACE || char === CLOSE_BRACKET) depth--;
  }
  return false;
}

/** Whether `one` and `other` occur more than `limit` times in `text`. */
function hasMoreThan(limit: number, text: string, one: string, other: string): boolean {
  let left = limit;
  for (const char of [one, other]) {
    let at = text.indexOf(char);
    for (; at !== -1 && left >= 0; left--) at = text.indexOf(char, at + 1);
  }
  return left < 0;
}

/** The index of the quote that ends the string which begins at `start`. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return end;
    end = text.indexOf('"', end + 1);
  }
  return text.length;
}

function hasProtoMember(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Object.hasOwn(value, '__proto__')) return true;
  return Object.values(value).some(hasProtoMember);
}

function notARequest(id: RequestId | undefined, value: UnknownRecord): Incoming {
  if (!('result' in value || 'error' in value)) return invalid(id, "'method' must be a string");
  return {
    type: 'response',
    id,
    response: value,
    // Made where it is needed: an error takes its stack, and old clients send many responses.
    get error() {
      return invalidRequest('Invalid request: clients do not send responses');
    },
  };
}

function invalid(id: RequestId | undefined, why: string): Unexpected & { type: 'invalid' } {
  return { type: 'invalid', id, error: invalidRequest(`Invalid request: ${why}`) };
}

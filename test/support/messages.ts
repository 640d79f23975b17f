/** Messages of this revision, as a client would build them. */
import type { ClientCapabilities } from '../../src/protocol/capabilities.ts';
import type { UnknownRecord } from '../../src/base/json/json.ts';
import { MetaKey } from '../../src/protocol/names/meta.ts';
import { PROTOCOL_VERSION } from '../../src/protocol/names/version.ts';

const EVERYTHING: ClientCapabilities = {
  elicitation: { form: {}, url: {} },
  sampling: { tools: {}, context: {} },
  roots: {},
};

export interface Message {
  jsonrpc: '2.0';
  id?: string | number;
  method?: string;
  params?: UnknownRecord & { _meta?: UnknownRecord };
  result?: UnknownRecord & { _meta?: UnknownRecord };
  error?: { code: number; message: string; data?: unknown };
}

export interface RequestMessage extends Message {
  id: string | number;
  method: string;
  params: UnknownRecord & { _meta: UnknownRecord };
}

let lastId = 0;

export function meta(capabilities: ClientCapabilities = EVERYTHING): UnknownRecord {
  return {
    [MetaKey.protocolVersion]: PROTOCOL_VERSION,
    [MetaKey.clientInfo]: { name: 'test', version: '1.0.0' },
    [MetaKey.clientCapabilities]: capabilities,
  };
}

/** A request with a fresh id and everything a request must carry. */
export function request(
  method: string,
  params: UnknownRecord = {},
  extraMeta: UnknownRecord = {},
): RequestMessage {
  const _meta = { ...meta(), ...extraMeta };
  return { jsonrpc: '2.0', id: ++lastId, method, params: { ...params, _meta } };
}

/** A `tools/call`. */
export function call(
  name: string,
  args: UnknownRecord = {},
  more: UnknownRecord = {},
): RequestMessage {
  return request('tools/call', { name, arguments: args, ...more });
}

/** The same request once more, under a new id, with answers and state. */
export function retry(
  first: RequestMessage,
  answered: Message,
  inputResponses: UnknownRecord,
): RequestMessage {
  const requestState = answered.result?.['requestState'];
  return {
    ...first,
    id: ++lastId,
    params: {
      ...first.params,
      inputResponses,
      ...(requestState !== undefined && { requestState }),
    },
  };
}

/** The text of a tool's result. */
export function textOf(message: Message): string {
  const content = message.result?.['content'] as { text: string }[] | undefined;
  return content?.[0]?.text ?? `no text in ${JSON.stringify(message)}`;
}

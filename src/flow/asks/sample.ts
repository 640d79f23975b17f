import type { ClientCapabilities } from '../../protocol/capabilities.ts';
import { isRecord } from '../../protocol/json.ts';
import type { CreateMessageParams, CreateMessageResult } from '../../protocol/sampling.ts';
import type { Checked } from '../../schema/checked.ts';
import type { Ask } from '../ask.ts';
import type { Flow } from '../host.ts';
import { notUnderstood } from './answer.ts';

export function sampleAsk(
  flow: Flow,
  key: string,
  params: CreateMessageParams,
): Ask<CreateMessageResult> {
  return {
    kind: 'sample',
    key,
    question: { message: flow.digest(JSON.stringify(params)), schema: '' },
    needs: { sampling: samplingNeeds(params) },
    acceptsUnsolicited: true,
    render: () => ({ method: 'sampling/createMessage', params }),
    judge: judgeMessage,
    revive: (value) => value as CreateMessageResult,
  };
}

/** Checklist SA-5; members this revision does not name are dropped. */
function judgeMessage(answer: unknown): Checked {
  if (!isRecord(answer)) return notUnderstood;
  const { role, content, model, stopReason } = answer;
  const blocks = Array.isArray(content) ? content : [content];
  const sound =
    (role === 'assistant' || role === 'user') &&
    typeof model === 'string' &&
    (stopReason === undefined || typeof stopReason === 'string') &&
    blocks.every((block) => isRecord(block) && typeof block['type'] === 'string');
  if (!sound) return notUnderstood;
  return { ok: true, value: { role, content, model, ...(stopReason && { stopReason }) } };
}

/** Tools and foreign context are for clients that declared them (checklist SA-1, SA-2). */
function samplingNeeds(params: CreateMessageParams): NonNullable<ClientCapabilities['sampling']> {
  const tools = params.tools !== undefined || params.toolChoice !== undefined;
  const context = params.includeContext !== undefined && params.includeContext !== 'none';
  return { ...(tools && { tools: {} }), ...(context && { context: {} }) };
}

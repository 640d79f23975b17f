import { capabilitiesFor } from '../../protocol/input-request.ts';
import { isRecord } from '../../base/json/json.ts';
import type { CreateMessageParams, CreateMessageResult } from '../../protocol/types/sampling.ts';
import type { Checked } from '../../schema/json/checked.ts';
import type { Ask } from './ask.ts';
import type { Flow } from '../journal/flow.ts';
import { QuestionBody } from '../journal/question.ts';
import { notUnderstood } from './answer.ts';
import { assertSampling } from './sampling.ts';

const NO_BODY = new QuestionBody('');

/** @throws RondoError `invalid_sampling` for a conversation that clients must refuse (SA-4). */
export function sampleAsk(
  flow: Flow,
  key: string,
  params: CreateMessageParams,
): Ask<CreateMessageResult> {
  assertSampling(params);
  const request = { method: 'sampling/createMessage', params } as const;
  return {
    kind: 'sample',
    key,
    question: NO_BODY.digest(flow, JSON.stringify(params)),
    needs: capabilitiesFor(request),
    acceptsUnsolicited: true,
    render: () => request,
    judge: judgeMessage,
    revive: (value) => value as CreateMessageResult,
  };
}

/** Checks role, content and model (SA-5). Members that this revision does not name are dropped. */
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

/** Asks that no client is asked: `sleep` and `detach` (K8, K11). */
import { type RondoError, invalidOptions } from '../../base/errors.ts';
import type { JsonValue } from '../../base/json/json.ts';
import { quote } from '../../base/quote.ts';
import type { Ask } from '../../flow/asks/ask.ts';
import type { AskKind } from '../../flow/journal/journal.ts';

/** The answer that time gives, to a timer and to a question (K16). No client can send it. */
export const TIME_IS_UP = null;

/** The key that `detach()` has in every flow. */
export const DETACH_KEY = 'rondo:detach';

/** Not before its task has failed (K11). */
export function pastItsEnd(key: string, ttl: number): RondoError {
  return invalidOptions(
    `ctx.sleep(${quote(key)}, ms) is longer than a task lasts: tasks.ttl is ${ttl} ms.`,
  );
}

export function sleepAsk(key: string): Ask<void> {
  return unseen('sleep', key, () => null);
}

/** Whether the flow is a task from here on. */
export function detachAsk(): Ask<void> {
  return unseen('detach', DETACH_KEY, (answer) => (answer === 'task' ? 'task' : 'sync'));
}

function unseen(kind: AskKind, key: string, judge: (answer: unknown) => JsonValue): Ask<void> {
  return {
    kind,
    key,
    question: '',
    needs: {},
    acceptsUnsolicited: false,
    render: () => undefined,
    judge: (answer) => ({ ok: true, value: judge(answer) }),
    revive: () => undefined,
  };
}

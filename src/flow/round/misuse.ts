/** Mistakes of an author. They end the round, and never reject a promise of the handler (F8). */
import { quote } from '../../base/quote.ts';
import { RondoError } from '../../base/errors.ts';
import { notifyListener } from '../../base/listener.ts';
import type { FlowHost } from './host.ts';
import type { PendingStep } from './calls/pending-step.ts';

export type CallType = 'ask' | 'step';

/** The handler returned while an ask it made for the first time was never awaited (F11). */
export function unawaited(key: string): RondoError {
  const message =
    `The handler returned without awaiting ${quote(key)}, which was never answered. ` +
    'Await it, or add .catch(() => {}) if its answer does not matter.';
  return new RondoError('unawaited_ask', message);
}

export function insideStep(key: string, type: CallType, step: string): RondoError {
  if (type === 'step') {
    const message = `Step ${quote(key)} was started inside step ${quote(step)}. Take one after the other.`;
    return new RondoError('step_in_step', message);
  }
  const message = `${quote(key)} was asked inside step ${quote(step)}. Ask first, then run the step.`;
  return new RondoError('ask_in_step', message);
}

export function duplicate(key: string): RondoError {
  const message = `The key ${quote(key)} is used twice. In a loop, compute it: \`name-\${i}\`.`;
  return new RondoError('duplicate_key', message);
}

export function journalFull(key: string, limit: number): RondoError {
  const message =
    `${quote(key)} is one more than the ${limit} asks and steps that a flow may have. ` +
    'Combine steps, or raise the limit on entries.';
  return new RondoError('journal_full', message);
}

/** Nobody hears of the failure of a step that was not awaited, if not the host, and that once. */
export function reportUnawaited(step: PendingStep, host: FlowHost): void {
  const { key, failure } = step;
  step.failure = undefined;
  if (failure !== undefined) notifyListener(() => host.onUnseenFailure?.(key, failure.error));
}

import { type AnsweringOptions, answerAll } from './answering.ts';
import type { CallOptions } from './caller.ts';
import type { Stepper } from './stepper.ts';

const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 2_000;

/**
 * Takes a flow to its end: sends rounds, has their questions answered, and sends again. Only the
 * server's time counts against the deadlines of `options`, not the time answering takes.
 */
export async function drive(
  stepper: Stepper,
  answering: AnsweringOptions,
  options: CallOptions,
): Promise<void> {
  const signal = options.signal ?? new AbortController().signal;
  let resting = 0;
  for (;;) {
    await stepper.advance(options);
    if (stepper.status === 'complete') return;
    if (stepper.status === 'ready') {
      await pause(Math.min(FIRST_PAUSE * 2 ** resting++, LONGEST_PAUSE), signal);
      continue;
    }
    resting = 0;
    const answers = await answerAll(stepper.questions, stepper.server, signal, answering);
    for (const [key, answer] of Object.entries(answers)) stepper.answer(key, answer);
  }
}

/** Backs off between rounds that only move work along (checklist MC-14). */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort);
      resolve();
    }, ms);
    signal.addEventListener('abort', abort, { once: true });
  });
}

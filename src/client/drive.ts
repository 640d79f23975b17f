import { pause } from '../protocol/pause.ts';
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
      // Backs off between rounds that only move work along (checklist MC-14).
      await pause(Math.min(FIRST_PAUSE * 2 ** resting++, LONGEST_PAUSE), signal);
      continue;
    }
    resting = 0;
    const answers = await answerAll(stepper.questions, stepper.server, signal, answering);
    for (const [key, answer] of Object.entries(answers)) stepper.answer(key, answer);
  }
}

import { pause } from '../../base/pause.ts';
import { type AnsweringOptions, answerAll } from './answering.ts';
import type { CallOptions } from '../calls/request-sender.ts';
import { cancelled } from '../calls/errors.ts';
import type { Stepper } from './stepper.ts';
import { abortable } from '../calls/abortable.ts';

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
  const why = (): unknown => cancelled(stepper.method, signal);
  let resting = 0;
  for (;;) {
    await stepper.advance(options);
    if (stepper.status === 'complete') return;
    if (stepper.status === 'ready') {
      // Backs off between rounds that only move work along (MC-14).
      const ms = Math.min(FIRST_PAUSE * 2 ** resting++, LONGEST_PAUSE);
      await pause(ms, signal);
      continue;
    }
    resting = 0;
    const asked = answerAll(stepper.questions, stepper.server, signal, answering);
    const answers = await abortable(asked, signal, why);
    for (const [key, answer] of Object.entries(answers)) stepper.answer(key, answer);
  }
}

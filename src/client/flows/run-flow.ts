import type { Logger } from '../../base/logging/logger.ts';
import { shownMessage } from '../../base/shown-text.ts';
import { TaskMethod } from '../../protocol/names/methods.ts';
import type { BoundOptions } from '../calls/call-options.ts';
import type { RepairingSender } from '../calls/repairing-sender.ts';
import { type AnsweringOptions, answerStepper } from './answering.ts';
import { drive } from './drive.ts';
import type { Stepper } from './stepper.ts';

export interface FlowRun {
  readonly options: BoundOptions;
  readonly answering: AnsweringOptions;
  readonly sender: RepairingSender;
  readonly logger: Logger;
  /** Whether the client is closed: then nothing more is sent. */
  readonly isClosed: () => boolean;
}

/** Runs a new flow to its end, within a call; a flow that fails is given up. */
export async function runFlow(stepper: Stepper, run: FlowRun): Promise<void> {
  const { options, answering } = run;
  const { signal } = options;
  const answer = (): Promise<void> => answerStepper(stepper, signal, answering);
  try {
    await drive(stepper, { answer, send: () => stepper.advance(options) }, signal);
  } catch (error) {
    stepper.abandon();
    if (options.cancelTask && signal.aborted) await cancelTask(stepper, run);
    throw error;
  }
}

/** Best effort: the call fails in any case, with why. */
async function cancelTask(
  { taskId }: Stepper,
  { sender, logger, isClosed }: FlowRun,
): Promise<void> {
  if (taskId === undefined || isClosed()) return;
  const sent = sender.send(TaskMethod.cancel, { taskId }, {});
  await sent.catch((error) => {
    logger.warn(`A task could not be cancelled: ${shownMessage(error)}`);
  });
}

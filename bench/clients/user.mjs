/** Who calls, and what they say, so that only the clients differ. */
import * as flow from '../servers/flow.mjs';

export const CLIENT_INFO = { name: 'bench', version: '1.0.0' };
export const ARGUMENTS = { name: 'Ines' };

/** @param message ends in the number of the question */
export const answerTo = (message) => ({ reason: `reason ${/\d+/.exec(message)[0]}` });

const reasons = Array.from({ length: flow.QUESTIONS }, (_, number) =>
  answerTo(flow.question(ARGUMENTS.name, number)),
);
export const EXPECTED = flow.summary(
  ARGUMENTS.name,
  reasons.map(({ reason }) => reason),
);

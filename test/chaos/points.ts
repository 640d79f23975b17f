/** The points of a round at which an instance of `test/programs/chaos.ts` can be made to kill itself. */
export const POINTS = [
  'round_begun',
  'before an effect',
  'after an effect',
  'step_ran',
  'before the result',
  'round_ended',
] as const;

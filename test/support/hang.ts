/**
 * How long a test may wait for what has to come, in ms, before it says what it waits for and fails.
 * It decides nothing else: it is far longer than anything takes on a slow machine that is busy.
 */
export const HANG = 60_000;

/**
 * What becomes of work that goes on after its response. `ends`: the process may end, or be frozen. A
 * function: it lasts until the work has ended.
 */
export type AfterReply = 'ends' | ((work: Promise<unknown>) => void);

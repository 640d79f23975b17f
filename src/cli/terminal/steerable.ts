/** A stream that may be a terminal. */
export interface MaybeTerminal {
  readonly isTTY?: boolean;
}

/** Whether lines on it can be written anew: not in Emacs and the like, which say that they are dumb. */
export function isSteerable(stream: MaybeTerminal): boolean {
  return stream.isTTY === true && process.env['TERM'] !== 'dumb';
}

/** Whether lines may move: on a terminal that nobody looks at, each step of that would be kept. */
export function isAnimated(stream: MaybeTerminal): boolean {
  return isSteerable(stream) && !process.env['CI'];
}

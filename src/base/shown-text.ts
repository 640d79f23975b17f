/** Text of somebody else, in a line of a log or in an error. */
import { messageOf } from './thrown.ts';

/** In characters. */
const LONGEST = 300;

// Control characters, and those that end a line, change the direction of text or cannot be sent.
export const UNSHOWABLE: RegExp = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/gu;

/** Cut, and on one line: nothing of it can begin a line of its own, or do something to a terminal. */
export function shownText(text: string): string {
  const shown = text.slice(0, LONGEST).replaceAll(UNSHOWABLE, ' ');
  return text.length > LONGEST ? `${shown}…` : shown;
}

/** The message of an error that may repeat what a peer has sent. */
export function shownMessage(thrown: unknown): string {
  return shownText(messageOf(thrown));
}

/** Text of others in our errors: short, without control characters, and without secrets (A29). */
import { shownText as inOneLine } from '../../../base/shown-text.ts';

/** In characters: of a longer text the rest is not searched for secrets, and not shown. */
const LONGEST = 1_200;

/** Shorter values are no secrets, and would be found in every word. */
const SHORTEST_SECRET = 4;

/** @param secrets what must not be shown, whoever repeats it */
export function shownText(text: string, secrets: readonly string[]): string {
  let shown = text.slice(0, LONGEST);
  // The longest first: one secret may begin like another.
  const found = secrets.filter((secret) => secret.length >= SHORTEST_SECRET);
  for (const secret of found.toSorted((a, b) => b.length - a.length)) {
    for (const form of [secret, encodeURIComponent(secret)]) {
      shown = shown.replaceAll(form, '[secret]');
    }
  }
  return inOneLine(shown);
}

/** Text of others in our errors: short, without control characters, and without secrets (A29). */
import { shownText } from '../../../base/shown-text.ts';
import { withoutSecrets } from './without-secrets.ts';

/** In characters: of a longer text the rest is not searched for secrets, and not shown. */
const LONGEST = 1_200;

/** @param secrets what must not be shown, whoever repeats it */
export function shownWithoutSecrets(text: string, secrets: readonly string[]): string {
  return shownText(withoutSecrets(text.slice(0, LONGEST), secrets));
}

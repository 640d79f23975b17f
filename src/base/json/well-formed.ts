const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Whether `text` is well-formed Unicode. UTF-8 has no form for lone surrogates: all become the same
 * character, so that different texts would have the same bytes and the same hash.
 */
export function isWellFormed(text: string): boolean {
  return !LONE_SURROGATE.test(text);
}

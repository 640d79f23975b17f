/**
 * Longest URL of a peer that is parsed, in characters: parsing a host that is not ASCII takes time
 * that grows with the square of its length.
 */
const MAX_URL = 8_192;

/** The URL in a peer's text; `undefined` if it is not an absolute URL, or a very long one. */
export function parseUrl(text: string): URL | undefined {
  return text.length <= MAX_URL && URL.canParse(text) ? new URL(text) : undefined;
}

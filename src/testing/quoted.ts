const LONGEST = 300;

/** A text for failure messages: in quotes, and shortened if it is long. */
export function quoted(text: string): string {
  const shown = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  return JSON.stringify(shown);
}

const LONGEST = 300;

/** A text as failure messages show it: in quotes, and cut where it gets long. */
export function quoted(text: string): string {
  const shown = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  return JSON.stringify(shown);
}

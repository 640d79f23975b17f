/** How much of a text is shown, in characters. */
const MOST = 200;

/** Whatever is not a visible character of ASCII: it can clear a terminal, or look like a new line. */
const UNSHOWN = /[^\x20-\x7e]/g;

/** A peer's text for a log line: in quotes, on one line, in ASCII, and cut where it is long. */
export function quoted(text: string): string {
  const shown = text.length > MOST ? `${text.slice(0, MOST)}...` : text;
  return JSON.stringify(shown).replace(UNSHOWN, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

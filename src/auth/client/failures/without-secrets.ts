/** Takes secrets out of a text in which somebody may repeat them, whole or in pieces, encoded or not (A29). */
import { encodeBase64 } from '../../../base/base64.ts';

/** Shorter values are no secrets, and would be found in every word. */
const SHORTEST = 4;

/** Whatever shares so many characters with a secret has them from it. */
const PIECE = 12;

const SHOWN = '[secret]';

export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const found = secrets.filter((secret) => secret.length >= SHORTEST);
  const forms = new Set(found.flatMap(textForms));
  // The longest first: one secret may begin like another.
  let shown = text;
  for (const form of [...forms].toSorted((a, b) => b.length - a.length)) {
    shown = shown.replaceAll(form, SHOWN);
  }
  return withoutPieces(shown, new Set([...forms, ...[...forms].flatMap(base64Forms)]));
}

function withoutPieces(text: string, forms: ReadonlySet<string>): string {
  const pieces = new Set([...forms].flatMap(piecesOf));
  let shown = '';
  let end = 0;
  piecesOf(text).forEach((piece, at) => {
    if (!pieces.has(piece)) return;
    if (at > end || end === 0) shown += text.slice(end, at) + SHOWN;
    end = at + PIECE;
  });
  return shown + text.slice(end);
}

function piecesOf(text: string): string[] {
  const count = Math.max(0, text.length - PIECE + 1);
  return Array.from({ length: count }, (_, at) => text.slice(at, at + PIECE));
}

/** As it is, in a URL, in a form, and in JSON. */
function textForms(secret: string): string[] {
  const inForm = new URLSearchParams([['', secret]]).toString().slice(1);
  const inJson = JSON.stringify(secret).slice(1, -1);
  return [secret, encodeURIComponent(secret), inForm, inJson];
}

/** Within something that is in base64: of three bytes each, it may begin at any. */
function base64Forms(text: string): string[] {
  const bytes = new TextEncoder().encode(text);
  return [0, 1, 2].flatMap((before) => {
    const shifted = new Uint8Array(before + bytes.length);
    shifted.set(bytes, before);
    // What its first and last characters are depends on what is beside it.
    return [encodeBase64(shifted), encodeBase64(shifted, 'base64url')].map((form) =>
      form.slice(before === 0 ? 0 : 4, -4),
    );
  });
}

/** The result of checking a value: the schema's output, or the problems, one line each. */
export type Checked =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problems: readonly string[] };

/** At most this many problems are reported; a hostile value can have thousands. */
export const MAX_PROBLEMS = 10;

/** `path: message`, or only the message if the value as a whole is wrong. */
export function problem(path: string, message: string): string {
  return path === '' ? message : `${path}: ${message}`;
}

import { RondoError } from './errors.ts';

/** Where the library reports to; `console` fits. Messages hold names and codes, never contents. */
export interface Logger {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** Warnings and errors on stderr, which MCP over stdio leaves free (checklist IO-2). */
export const stderrLogger: Logger = {
  debug: ignore,
  info: ignore,
  // Both go to stderr on every runtime that has one.
  warn: (message) => console.warn(`[rondo] ${message}`),
  error: (message) => console.error(`[rondo] ${message}`),
};

/** Our own errors explain themselves, others need their stack. For the log only. */
export function describeError(error: unknown): string {
  if (error instanceof RondoError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? (error.stack ?? error.message) : textOf(error);
}

/** `String(value)`, also for the values that throw at it. */
export function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return 'something that cannot be shown';
  }
}

function ignore(): void {}

/** Where the library reports to; `console` fits. Messages hold names and codes, never contents. */
export interface Logger {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** Warnings and errors on stderr, which MCP over stdio leaves free (IO-2). */
export const stderrLogger: Logger = {
  debug: ignore,
  info: ignore,
  // Both go to stderr on every runtime that has one.
  warn: (message) => console.warn(`[rondo] ${message}`),
  error: (message) => console.error(`[rondo] ${message}`),
};

function ignore(): void {}

/**
 * What the library logs to; `console` can be used. Messages contain names and codes, never secrets
 * or the contents of requests.
 */
export interface Logger {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** Logs warnings and errors to stderr, which MCP over stdio does not use (IO-2). */
export const stderrLogger: Logger = {
  debug: ignore,
  info: ignore,
  // console.warn and console.error write to stderr on every runtime that has it.
  warn: (message) => console.warn(`[rondo] ${message}`),
  error: (message) => console.error(`[rondo] ${message}`),
};

function ignore(): void {}

import { notifyListener } from '../listener.ts';
import { messageOf } from '../thrown.ts';

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

/**
 * Passes everything on to the author's `logger`, whose methods may throw, or return promises that
 * reject: the methods of the safe logger do neither. The first failure is logged to stderr.
 */
export function safeLogger(logger: Logger): Logger {
  let hasFailed = false;
  const log = (level: keyof Logger) => (message: string) =>
    notifyListener(
      () => logger[level](message),
      (error) => {
        if (hasFailed) return;
        hasFailed = true;
        const why = messageOf(error);
        stderrLogger.error(`The logger failed (${why}). Its first lost message: ${message}`);
      },
    );
  return { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
}

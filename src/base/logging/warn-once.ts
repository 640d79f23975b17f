import type { Logger } from './logger.ts';

/** Logs a line as a warning, unless it has logged another about the same topic. */
export type WarnOnce = (topic: string, line: string) => void;

/** Topics must be few: they are kept. */
export function warnOnce(logger: Logger): WarnOnce {
  const known = new Set<string>();
  return (topic, line) => {
    if (known.has(topic)) return;
    known.add(topic);
    logger.warn(line);
  };
}

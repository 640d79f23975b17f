import type { Logger } from '../../base/logging/logger.ts';
import type { RequestHead } from '../policy.ts';

/** What is logged, a line each: `warn …`, `error …`. */
export function recordingLogger(lines: string[] = []): Logger {
  const to = (level: string) => (text: string) => void lines.push(`${level} ${text}`);
  return { debug: to('debug'), info: to('info'), warn: to('warn'), error: to('error') };
}

/** The head of a request to `/mcp`; headers that are `undefined` are absent. */
export function headOf(
  headers: Readonly<Record<string, string | undefined>>,
  method = 'POST',
  url = '/mcp',
): RequestHead {
  const sent = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) sent.set(name.toLowerCase(), value);
  }
  return { method, url, headers: { get: (name) => sent.get(name.toLowerCase()) ?? null } };
}

import type { CallToolResult } from '../../protocol/results.ts';
import type { TaskHost } from '../runs/task-host.ts';
import { failure } from './texts.ts';

/**
 * The same for tasks that are unknown, expired, or somebody else's (K6). It is a refusal like that of
 * `tasks/get`, and reported as one.
 *
 * @param tool that was called
 */
export function unknownTask({ server }: TaskHost, tool: string): CallToolResult {
  const of = { method: 'tools/call', target: tool } as const;
  server.onRefused({ type: 'request_refused', reason: 'unknown_task', ...of });
  return failure(
    'Unknown or expired task. Check the taskId: it is in the result of the call that began it.',
  );
}

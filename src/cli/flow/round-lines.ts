/** Lines for people: progress and logs of the server, and the rounds that are sent and received. */
import type { LogMessage, Progress } from '../../client/calls/call-options.ts';
import type { FlowSnapshot } from '../../client/flows/snapshot.ts';
import { cleanJson, cleanLine } from '../terminal/clean.ts';
import { paint } from '../terminal/paint.ts';
import type { Status } from '../terminal/status.ts';

export function showProgress(status: Status, { progress, total, message }: Progress): void {
  const counted = total === undefined ? String(progress) : `${progress}/${total}`;
  status.progress(cleanLine(typeof message === 'string' ? `${counted} ${message}` : counted));
}

export function showLog(status: Status, { level, logger, data }: LogMessage): void {
  const from = typeof logger === 'string' ? ` ${cleanLine(logger)}` : '';
  const text = typeof data === 'string' ? cleanLine(data) : cleanJson(data);
  status.say(paint(status.stream, 'dim', `log ${cleanLine(String(level))}${from}: ${text}`));
}

/** Describes the round that is about to be sent. */
export function describeSending(flow: FlowSnapshot): string {
  const target = cleanLine(String(flow.params['name'] ?? flow.params['uri']));
  const answers = Object.keys(flow.answers).length;
  const state =
    flow.requestState === undefined ? '' : `, ${characters(flow.requestState)} of state`;
  const carried = answers === 0 ? '' : `, ${answers === 1 ? '1 answer' : `${answers} answers`}`;
  return `→ round ${flow.round + 1}: ${flow.method} ${target}${carried}${state}`;
}

/** Describes the response. */
export function describeReceived(flow: FlowSnapshot): string {
  if (flow.status === 'complete') return '← the result';
  const keys = Object.keys(flow.questions).map(cleanLine);
  const asked = keys.length === 0 ? 'no question' : `asks ${keys.join(', ')}`;
  const state =
    flow.requestState === undefined ? 'no state' : `${characters(flow.requestState)} of state`;
  return `← ${asked}, ${state}`;
}

function characters(text: string): string {
  return `${text.length} characters`;
}

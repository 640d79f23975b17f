/** Good requests of one caller, of every kind, with the states and ids that the server gave her. */
import { type Message, call, request, retry } from '../support/messages.ts';
import { TASKS, WITH_TASKS } from '../support/tasks.ts';
import { headersFor } from '../support/wires.ts';
import { type RawRequest, messageIn, write } from './raw-request.ts';

const YES = { action: 'accept', content: { confirm: true } };

export function rawRequest(
  message: Message,
  caller: string,
  headers: Record<string, string> = {},
): RawRequest {
  const authorization = `Bearer ${caller}`;
  const all = { ...headersFor(message), authorization, ...headers };
  return { verb: 'POST', headers: all, body: JSON.stringify(message) };
}

/** Plays flows, and keeps each request of them. */
export async function goodRequests(port: number, caller: string): Promise<RawRequest[]> {
  const kept: RawRequest[] = [];
  const send = async (message: Message, headers?: Record<string, string>): Promise<Message> => {
    const raw = rawRequest(message, caller, headers);
    kept.push(raw);
    return messageIn(await write(port, raw)) as unknown as Message;
  };
  const named = { 'mcp-rondo/callKey': 'payment-1' };
  await playRounds(send, call('ask'));
  await playRounds(send, request('tools/call', { name: 'pay', arguments: {} }, named));
  await playRounds(send, request('prompts/get', { name: 'letter' }));
  await send(call('vault'));
  await send(request('resources/read', { uri: 'vault://file' }));
  await send(request('tools/list'));
  await send(request('server/discover'));
  await send(request('subscriptions/listen', { notifications: { toolsListChanged: true } }));
  await playTask(send);
  kept.push(...(await oldRequests(port, caller)));
  return kept;
}

type Send = (message: Message, headers?: Record<string, string>) => Promise<Message>;

async function playRounds(send: Send, first: ReturnType<typeof request>): Promise<void> {
  const one = await send(first);
  const two = await send(retry(first, one, { sure: YES }));
  await send(retry(first, two, { twice: YES }));
}

async function playTask(send: Send): Promise<void> {
  const { result } = await send(request('tools/call', { name: 'work', arguments: {} }, WITH_TASKS));
  const taskId = result!['taskId'] as string;
  const ask = (method: string, more = {}): Promise<Message> =>
    send(request(method, { taskId, ...more }, WITH_TASKS), { 'mcp-name': taskId });
  for (;;) {
    if ((await ask('tasks/get')).result!['status'] !== 'working') break;
  }
  await ask('tasks/update', { inputResponses: { sure: YES } });
  await ask('tasks/get');
  await send(
    request('subscriptions/listen', { notifications: { [TASKS]: { taskIds: [taskId] } } }),
  );
}

/** What a client of 2025-11-25 sends: in a session, with a question on the stream of its call. */
async function oldRequests(port: number, caller: string): Promise<RawRequest[]> {
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    authorization: `Bearer ${caller}`,
  };
  const old = (message: object, more: Record<string, string> = {}): RawRequest => ({
    verb: 'POST',
    headers: { ...headers, ...more },
    body: JSON.stringify({ jsonrpc: '2.0', ...message }),
  });
  const clientInfo = { name: 'old', version: '1' };
  const protocolVersion = '2025-11-25';
  const capabilities = { elicitation: {} };
  const begin = old({
    id: 1,
    method: 'initialize',
    params: { protocolVersion, capabilities, clientInfo },
  });
  const begun = await write(port, begin);
  const session = /^mcp-session-id: (.*?)\r$/im.exec(begun)![1]!;
  const inSession = { 'mcp-session-id': session, 'mcp-protocol-version': protocolVersion };
  const ask = old({ id: 2, method: 'tools/call', params: { name: 'ask' } }, inSession);
  const stream = await write(port, ask);
  const events = [...stream.matchAll(/^id: ?(.*)$/gm)].map(([, id]) => id!.trim());
  const question = messageIn(stream);
  const answer = { id: question?.['id'], result: YES };
  const again = { ...inSession, 'last-event-id': events.at(-1) ?? 'none' };
  const { 'content-type': _, ...without } = headers;
  return [
    begin,
    ask,
    old(answer, inSession),
    { verb: 'GET', headers: { ...without, ...again }, body: '' },
    { verb: 'GET', headers: { ...without, ...inSession }, body: '' },
    old({ id: 3, method: 'tools/call', params: { name: 'vault' } }, inSession),
  ];
}

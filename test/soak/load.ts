/** What clients do to a server, one after the other; each turn of it is the same. */
import { setTimeout as pause } from 'node:timers/promises';
import { Client, type ClientOptions } from '../../src/client/index.ts';
import type { UnknownRecord } from '../../src/base/json/json.ts';
import { isQuestion, OldClient, type OldResponse } from '../support/old-client.ts';
import { call } from '../support/messages.ts';
import { headersFor } from '../support/wires.ts';

export class Load {
  /** What was not as it must be. */
  readonly wrong: string[] = [];
  /** Runs that have written two effects each. */
  readonly runs: string[] = [];
  readonly #url: string;
  readonly #client: Client;
  #runs = 0;

  constructor(url: string) {
    this.#url = url;
    this.#client = this.#newClient();
  }

  /**
   * @param abandons whether clients of the old protocol leave their streams behind, which are kept for a
   *   minute
   */
  async turn(abandons: boolean): Promise<void> {
    for (let i = 0; i < 10; i++) await this.#plays('greet', (run) => `Hello, ${run}.`);
    await this.#plays('plan', (run) => `plan of ${run}: because, true`);
    await this.#plays('dump', (run) => `${run}: 40000, true`);
    await this.#pays();
    await this.#works('work');
    await this.#works('leave');
    await this.#listens();
    await this.#cancels();
    await this.#goesAway();
    await this.#callsAsOldClient();
    if (abandons) await this.#leavesAsOldClient();
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  #newClient(options: Partial<ClientOptions> = {}): Client {
    return new Client(this.#url, {
      name: 'soak',
      version: '1.0.0',
      legacy: 'never',
      onElicit: ({ requestedSchema }) => {
        const isReason = 'reason' in requestedSchema.properties;
        return { action: 'accept', content: isReason ? { reason: 'because' } : { confirm: true } };
      },
      ...options,
    });
  }

  #newRun(): string {
    return `run-${++this.#runs}`;
  }

  async #plays(
    tool: string,
    right: (run: string) => string,
    options: { readonly meta?: UnknownRecord } = {},
  ): Promise<void> {
    const run = this.#newRun();
    const { content } = await this.#client.callTool(tool, { run }, options);
    this.#check(tool, (content as unknown as [{ text: string }])[0].text, right(run));
  }

  /** Half of the first rounds are guarded. */
  async #pays(): Promise<void> {
    const meta = this.#runs % 2 === 0 ? {} : { 'mcp-rondo/callKey': `call ${this.#runs}` };
    await this.#plays('pay', (run) => this.#writes(run, `${run}: reserved, paid, true`), { meta });
  }

  async #works(tool: 'work' | 'leave'): Promise<void> {
    await this.#plays(tool, (run) => this.#writes(run, `${run}: first, second, true`));
  }

  #writes(run: string, text: string): string {
    this.runs.push(run);
    return text;
  }

  async #listens(): Promise<void> {
    const listener = this.#newClient();
    const changes = await listener.listen({ resourceSubscriptions: ['news://today'] });
    await this.#plays('report', (run) => `${run}: reported`);
    for await (const change of changes) {
      this.#check('listen', JSON.stringify(change), RESOURCE_UPDATED);
      break;
    }
    await listener.close();
  }

  async #cancels(): Promise<void> {
    const cancelling = new AbortController();
    const called = this.#client.callTool(
      'wait',
      { run: this.#newRun() },
      { signal: cancelling.signal, onProgress: () => cancelling.abort() },
    );
    this.#check('wait', await codeOf(called), 'cancelled');
  }

  /** With a call that runs, a flow that was begun, and a subscription. */
  async #goesAway(): Promise<void> {
    const client = this.#newClient();
    const begun = client.start('tools/call', { name: 'plan', arguments: { run: this.#newRun() } });
    await begun.advance();
    const changes = await client.listen({ toolsListChanged: true });
    await new Promise<void>((resolve) => {
      const called = client.callTool(
        'wait',
        { run: this.#newRun() },
        { onProgress: () => resolve() },
      );
      void called.catch(() => undefined);
    });
    await client.close();
    for await (const change of changes) this.#check('closed', JSON.stringify(change), '');
    await this.#breaksOff();
  }

  /** In the middle of a call, without a word. */
  async #breaksOff(): Promise<void> {
    const message = call('wait', { run: this.#newRun() });
    const leaving = new AbortController();
    const sent = fetch(this.#url, {
      method: 'POST',
      headers: headersFor(message),
      body: JSON.stringify(message),
      signal: leaving.signal,
    });
    await pause(5);
    leaving.abort();
    await sent.catch(() => undefined);
  }

  async #callsAsOldClient(): Promise<void> {
    const run = this.#newRun();
    const { client, response, question } = await this.#oldCall(run);
    await client.answer(question, { action: 'accept', content: { reason: 'because' } });
    const sure = await response.message((m) => isQuestion(m) && m.id !== question.id);
    await client.answer(sure, { action: 'accept', content: { confirm: true } });
    const { result } = await response.reply();
    const [{ text }] = result!['content'] as [{ text: string }];
    this.#check('old client', text, `plan of ${run}: because, true`);
    await client.delete();
  }

  /** With an open question, and without ending its session. */
  async #leavesAsOldClient(): Promise<void> {
    const { response } = await this.#oldCall(this.#newRun());
    response.cut();
  }

  async #oldCall(run: string) {
    const capabilities = { elicitation: {} };
    const client = await OldClient.connect(this.#url, { capabilities });
    const params = { name: 'plan', arguments: { run } };
    const response: OldResponse = await client.request('tools/call', params);
    return { client, response, question: await response.message(isQuestion) };
  }

  #check(what: string, found: string, right: string): void {
    if (found !== right) this.wrong.push(`${what}: ${found} instead of ${right}`);
  }
}

const RESOURCE_UPDATED = JSON.stringify({ type: 'resourceUpdated', uri: 'news://today' });

async function codeOf(called: Promise<unknown>): Promise<string> {
  return called.then(
    () => 'completed',
    (error: { code?: string }) => String(error.code),
  );
}

/** Changes of lists and resources on an old client's open connection (L15, L16). */
import { type UnknownRecord, isRecord, parseJson } from '../base/json/json.ts';
import type { Reply } from '../protocol/dispatcher.ts';
import type { OldConnection, OldReply } from '../protocol/legacy-port.ts';
import { Method, Notification } from '../protocol/names/methods.ts';
import { ErrorCode } from '../protocol/names/codes.ts';
import { errorReply, writeNotification } from '../protocol/reply.ts';
import { invalidRequest } from '../protocol/rpc-error.ts';
import { InnerExchange } from './inner-exchange.ts';
import { isAboutCaller } from './translation/old-failure.ts';
import type { LegacyDeps } from './legacy-deps.ts';
import { type Sender, toRequest } from './translation/old-request.ts';
import type { ChangeListener, SoftState } from './sessions/soft-state.ts';

/** How many streams a session can have at an instance. */
export const MOST_STREAMS = 4;

export interface ChangeStreamOptions {
  readonly connection: OldConnection;
  readonly state: SoftState;
  readonly sender: Sender;
  readonly deps: LegacyDeps;
  /** Whether the lists have changed since the client could read them. */
  readonly isOutdated: () => Promise<boolean>;
}

export class ChangeStream implements ChangeListener {
  readonly #options: ChangeStreamOptions;
  #inner: InnerExchange | undefined;
  #isOver = false;
  /** Whether the session watches other resources than are listened to. */
  #isChanged = false;
  #isOpen = false;

  constructor(options: ChangeStreamOptions) {
    this.#options = options;
  }

  /** Resolves when the stream has ended. */
  async run(): Promise<void> {
    const { connection, state } = this.#options;
    state.streams.push(this);
    connection.inFlight.start({ cancel: () => this.cancel(), conclude: () => this.cancel() });
    let reply: Reply;
    do {
      this.#isChanged = false;
      reply = await this.#listen();
    } while (this.#isChanged && !this.#isOver);
    state.streamEnded(this);
    if (this.#isOpen) connection.end();
    else connection.finish(refusalOf(reply));
  }

  cancel(): void {
    this.#isOver = true;
    this.#inner?.inFlight.cancel('the stream has ended');
  }

  /** Listens anew, to the resources of now. */
  watchedChanged(): void {
    this.#isChanged = true;
    this.#inner?.inFlight.cancel('it is listened to something else');
  }

  /** Until what is listened to changes, or the stream ends. */
  #listen(): Promise<Reply> {
    const { connection, sender, state, deps } = this.#options;
    const notifications = {
      toolsListChanged: true,
      promptsListChanged: true,
      resourcesListChanged: true,
      resourceSubscriptions: state.watched,
    };
    this.#inner = new InnerExchange(connection, true, (message) => this.#notified(message));
    return deps.dispatch(toRequest(Method.listen, { notifications }, sender), this.#inner);
  }

  #notified(text: string): void {
    const message = parseJson(text);
    if (!isRecord(message) || typeof message['method'] !== 'string') return;
    const params = isRecord(message['params']) ? message['params'] : {};
    if (message['method'] === Notification.acknowledged) return this.#acknowledged(params);
    // Of several streams, the client listens to the newest.
    if (this.#options.state.streams.at(-1) !== this) return;
    const { _meta, ...rest } = params;
    this.#options.connection.send({ message: writeNotification(message['method'], rest) });
  }

  #acknowledged({ notifications }: UnknownRecord): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#options.connection.comment();
    void this.#sendOutdated(isRecord(notifications) ? notifications : {});
  }

  async #sendOutdated(offered: UnknownRecord): Promise<void> {
    if (!(await this.#options.isOutdated()) || this.#isOver) return;
    for (const [field, method] of LISTS) {
      if (offered[field] === true) {
        this.#options.connection.send({ message: writeNotification(method, {}) });
      }
    }
  }
}

/** A server without changes does not have the stream; one with too many streams has it later. */
function refusalOf(reply: Reply): OldReply {
  const { error, headers } = reply;
  if (isAboutCaller(reply)) {
    return { status: reply.status, body: errorReply(undefined, error!).body, headers };
  }
  if (error === undefined || error.code === ErrorCode.MethodNotFound) {
    const { body } = errorReply(
      undefined,
      invalidRequest('Nothing is served here for this method'),
    );
    return { status: 405, body, headers: { Allow: 'POST' } };
  }
  return { status: 503, body: errorReply(undefined, error).body, headers: { 'Retry-After': '1' } };
}

const LISTS = [
  ['toolsListChanged', Notification.toolsListChanged],
  ['promptsListChanged', Notification.promptsListChanged],
  ['resourcesListChanged', Notification.resourcesListChanged],
] as const;

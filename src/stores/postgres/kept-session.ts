import type { Session } from './session.ts';

/** Between attempts to have a session again, in ms. */
const PAUSE = 1_000;

export interface Listening {
  /** Opens a session of its own. */
  readonly open: () => Promise<Session>;
  readonly channel: string;
  readonly heard: (payload: string) => void;
}

/** A session that listens to one channel, and is opened again when it is lost. */
export class KeptSession {
  readonly #listening: Listening;
  #session: Session | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;
  #isStopped = false;

  constructor(listening: Listening) {
    this.#listening = listening;
  }

  /** @throws whatever keeps the session from listening: then it is closed */
  async start(): Promise<void> {
    const { open, channel, heard } = this.#listening;
    const session = await open();
    if (this.#isStopped) return session.close();
    this.#session = session;
    session.onLost(() => this.#lost(session));
    try {
      await session.listen(channel, heard);
    } catch (error) {
      this.#giveUp(session);
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#again);
    await this.#session?.close();
  }

  #lost(session: Session): void {
    if (session === this.#session) this.#startAgain();
    this.#giveUp(session);
  }

  #giveUp(session: Session): void {
    if (session !== this.#session) return;
    this.#session = undefined;
    void session.close().catch(() => undefined);
  }

  #startAgain(): void {
    if (this.#isStopped) return;
    clearTimeout(this.#again);
    this.#again = setTimeout(() => {
      this.start().catch(() => this.#startAgain());
    }, PAUSE);
    this.#again.unref?.();
  }
}

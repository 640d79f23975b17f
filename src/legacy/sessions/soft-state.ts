/**
 * What an instance remembers of a session (L6). Losing it loses notifications, and never an answer:
 * the client says all of it again.
 */
import type { LogLevel } from '../../protocol/results.ts';
import type { Cancellable } from './running-calls.ts';

/** How many URIs a session can watch, and how long they may be, in characters. */
const MOST_WATCHED = 1_000;
const LONGEST_URI = 2_048;

/** How long all of them may be together, in bytes: as one request to listen may be. */
const MOST_BYTES = 262_144;

export class SoftState {
  logLevel: LogLevel = 'info';
  /** The change streams that are open. The newest one gets the messages. */
  readonly streams: ChangeListener[] = [];
  readonly #watched = new Set<string>();
  #watchedBytes = 0;

  get watched(): readonly string[] {
    return [...this.#watched];
  }

  get isOpen(): boolean {
    return this.streams.length > 0;
  }

  /** Whether there is nothing in it that a new one has not. */
  get isFresh(): boolean {
    return this.#watched.size + this.streams.length === 0 && this.logLevel === 'info';
  }

  /** `false` if that is too much. */
  watch(uri: string): boolean {
    if (uri.length > LONGEST_URI) return false;
    if (this.#watched.has(uri)) return true;
    const bytes = this.#watchedBytes + sizeOf(uri);
    if (this.#watched.size >= MOST_WATCHED || bytes > MOST_BYTES) return false;
    this.#watched.add(uri);
    this.#watchedBytes = bytes;
    this.#watchedChanged();
    return true;
  }

  unwatch(uri: string): void {
    if (!this.#watched.delete(uri)) return;
    this.#watchedBytes -= sizeOf(uri);
    this.#watchedChanged();
  }

  /** The session has ended. */
  end(): void {
    // A stream that ends takes itself out, but not at once.
    for (const stream of this.streams) stream.cancel();
    this.#watched.clear();
    this.#watchedBytes = 0;
    this.logLevel = 'info';
  }

  /** The stream listens no more. What it has listened to, the newest of the others has to. */
  streamEnded(stream: ChangeListener): void {
    const isNewest = this.streams.at(-1) === stream;
    this.streams.splice(this.streams.indexOf(stream), 1);
    if (isNewest) this.#watchedChanged();
  }

  /** To listen anew costs as much as all resources together, and only the newest is heard. */
  #watchedChanged(): void {
    this.streams.at(-1)?.watchedChanged();
  }
}

export interface ChangeListener extends Cancellable {
  /** The session watches other resources now. */
  watchedChanged(): void;
}

function sizeOf(uri: string): number {
  return new TextEncoder().encode(uri).length;
}

/** How many sessions an instance remembers something of. */
const MOST_SESSIONS = 10_000;

/** How many are looked at to find one that can be forgotten. */
const MOST_TRIED = 100;

/** What is remembered of one session. */
export interface SessionMemory {
  /** As it is now. It is not to be changed. */
  readonly state: SoftState;
  change<T>(change: (state: SoftState) => T): T;
}

/** For a session that is an object: a pipe. */
export class OwnMemory implements SessionMemory {
  readonly state: SoftState = new SoftState();

  change<T>(change: (state: SoftState) => T): T {
    return change(this.state);
  }
}

/** What is read of a session of which nothing is remembered. */
const FRESH = new SoftState();

/** By the digest of the session. The one that was used longest ago is forgotten first. */
export class SoftStates {
  readonly #states = new Map<string, SoftState>();

  of(digest: string): SessionMemory {
    const look = (): SoftState | undefined => this.#states.get(digest);
    return {
      get state() {
        return look() ?? FRESH;
      },
      change: (change) => {
        const state = look() ?? new SoftState();
        const changed = change(state);
        this.#keep(digest, state);
        return changed;
      },
    };
  }

  get size(): number {
    return this.#states.size;
  }

  /** What is fresh need not be remembered. */
  #keep(digest: string, state: SoftState): void {
    this.#states.delete(digest);
    if (state.isFresh) return;
    if (this.#states.size >= MOST_SESSIONS) this.#forgetOne();
    this.#states.set(digest, state);
  }

  #forgetOne(): void {
    let tried = 0;
    for (const [digest, state] of this.#states) {
      if (!state.isOpen) return void this.#states.delete(digest);
      if (++tried === MOST_TRIED) return;
    }
  }
}

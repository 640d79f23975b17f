/** The questions of an instance that wait for answers (L8 to L10). */
import type { UnknownRecord } from '../../base/json/json.ts';
import { Recent } from '../../base/recent.ts';
import type { OldConnection } from '../../protocol/legacy-port.ts';
import type { Principal } from '../../protocol/principal.ts';
import { principalTag } from '../../state/binding.ts';

/** Who is asked. */
export interface Asked {
  /** The digest of the session. */
  readonly session: string;
  readonly principal: Principal | undefined;
}

/** Called with the response, and with what has brought it. */
export type OnResponse = (response: UnknownRecord, cause: Cause) => void;

/** What has set a round going. */
export type Cause = Pick<OldConnection, 'principal' | 'request'>;

interface Waiting {
  readonly session: string;
  readonly caller: string;
  readonly onResponse: OnResponse;
}

/** How many questions may be open: of all callers, and of one. */
const MOST = 10_000;
const MOST_OF_ONE = 100;

/** How many that were answered are remembered at least, because an answer can come twice. */
const MOST_ANSWERED = 1_000;

export class OpenQuestions {
  readonly #answered = new Recent<string>(MOST_ANSWERED);
  readonly #waiting = new Map<string, Waiting>();
  readonly #counts = new Map<string, number>();

  /** Of all that are open. */
  get ids(): readonly string[] {
    return [...this.#waiting.keys()];
  }

  /** Whether so many more may be asked. */
  hasRoom(asked: Asked, count: number): boolean {
    const own = this.#counts.get(callerOf(asked)) ?? 0;
    return own + count <= MOST_OF_ONE && this.#waiting.size + count <= MOST;
  }

  open(id: string, asked: Asked, onResponse: OnResponse): void {
    const caller = callerOf(asked);
    this.#waiting.set(id, { session: asked.session, caller, onResponse });
    this.#counts.set(caller, (this.#counts.get(caller) ?? 0) + 1);
  }

  /** Nobody waits for the answer any more. */
  close(id: string): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    const left = this.#counts.get(waiting.caller)! - 1;
    if (left === 0) this.#counts.delete(waiting.caller);
    else this.#counts.set(waiting.caller, left);
  }

  /** Whether an answer to the question is waited for here. */
  isOpen(id: unknown, session: string): id is string {
    return typeof id === 'string' && this.#waiting.get(id)?.session === session;
  }

  /** Takes a response to where it is waited for; `false` if it never was here. */
  answer(id: string, session: string, response: UnknownRecord, cause: Cause): boolean {
    const waiting = this.#waiting.get(id);
    // First: a call that was answered here can have come back without the answer.
    if (waiting === undefined) return this.#answered.has(id);
    const caller = callerOf({ session, principal: cause.principal });
    if (waiting.session !== session || waiting.caller !== caller) return false;
    this.close(id);
    this.#answered.add(id);
    waiting.onResponse(response, cause);
    return true;
  }
}

/** A principal, or a session where nobody is known by name. */
export function callerOf({ session, principal }: Asked): string {
  return principal === undefined ? session : principalTag(principal);
}

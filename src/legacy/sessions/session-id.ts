/**
 * The id of an old client's session is the session, sealed: any instance opens it, and nothing is
 * kept (L4). It says who may use it, and authenticates nobody.
 */
import { isRecord, parseJson } from '../../base/json/json.ts';
import type { Principal } from '../../protocol/principal.ts';
import type { Implementation } from '../../protocol/results.ts';
import { OLD_VERSIONS } from '../../protocol/names/version.ts';
import { principalTag } from '../../state/binding.ts';
import { sha256 } from '../../state/crypto.ts';
import type { Sealer } from '../../state/sealer.ts';
import type { DeclaredCapabilities } from './capabilities.ts';

/** What is agreed on at `initialize`, and never changes. */
export interface SessionFacts {
  readonly version: string;
  /** What the client can be asked. */
  readonly declared: DeclaredCapabilities;
  readonly clientInfo: Implementation | undefined;
  /** A digest of the lists that the client could see. */
  readonly lists: string;
}

/** A session that has an id. */
export interface OpenedSession extends SessionFacts {
  /** By which soft state and questions are kept: a digest of the id. */
  readonly digest: string;
}

export interface SessionIdsOptions {
  /** To be called when the first id is sealed or opened. */
  readonly sealer: () => Sealer;
  readonly audience: string;
  /** How long a session lasts, in ms. */
  readonly ttl: number;
  readonly now: () => number;
}

/** Longest id that is opened, in characters. */
const MOST_CHARACTERS = 2_048;

/** How many opened sessions are remembered, because opening one costs as much as a small call. */
const MOST_REMEMBERED = 256;

interface Remembered {
  readonly session: OpenedSession;
  readonly expiresAt: number;
  readonly caller: string;
}

export class SessionIds {
  readonly #options: SessionIdsOptions;
  readonly #opened = new Map<string, Remembered>();
  #sealer: Sealer | undefined;

  constructor(options: SessionIdsOptions) {
    this.#options = options;
  }

  seal(facts: SessionFacts, principal: Principal | undefined): string {
    const { version, declared, clientInfo, lists } = facts;
    const expiresAt = this.#options.now() + this.#options.ttl;
    const info = clientInfo === undefined ? null : [clientInfo.name, clientInfo.version];
    const text = JSON.stringify([1, version, declared.join(''), info, lists, expiresAt]);
    const id = this.#seal.seal(text, this.#context(principalTag(principal)));
    if (id.length <= MOST_CHARACTERS) return id;
    // Some characters are long as JSON.
    return this.seal({ ...facts, clientInfo: undefined }, principal);
  }

  /** `undefined` for what is not a session of this caller, or is over. */
  open(id: string, principal: Principal | undefined): OpenedSession | undefined {
    const caller = principalTag(principal);
    const known = this.#opened.get(id) ?? this.#read(id, caller);
    const isOver = known === undefined || known.expiresAt <= this.#options.now();
    return isOver || known.caller !== caller ? undefined : known.session;
  }

  #read(id: string, caller: string): Remembered | undefined {
    if (id.length > MOST_CHARACTERS) return undefined;
    const text = this.#seal.open(id, this.#context(caller));
    const read = text === undefined ? undefined : readFacts(text);
    if (read === undefined) return undefined;
    const { expiresAt, ...facts } = read;
    const session = { ...facts, digest: sessionDigest(id) };
    const remembered = { session, expiresAt, caller };
    if (this.#opened.size >= MOST_REMEMBERED) {
      this.#opened.delete(this.#opened.keys().next().value!);
    }
    this.#opened.set(id, remembered);
    return remembered;
  }

  get #seal(): Sealer {
    return (this.#sealer ??= this.#options.sealer());
  }

  #context(caller: string): string {
    return JSON.stringify([this.#options.audience, caller]);
  }
}

/** 96 bits: enough that nobody finds a second id with the same. */
function sessionDigest(id: string): string {
  return sha256(id).slice(0, 16);
}

type ReadFacts = SessionFacts & { readonly expiresAt: number };

/** Only what this library has sealed gets here; a later version may have sealed it. */
function readFacts(text: string): ReadFacts | undefined {
  const parts = parseJson(text);
  if (!Array.isArray(parts) || parts[0] !== 1) return undefined;
  const [, version, declared, info, lists, expiresAt] = parts as Parts;
  if (!OLD_VERSIONS.includes(version)) return undefined;
  const clientInfo = info === null ? undefined : { name: info[0], version: info[1] };
  const letters = [...declared] as unknown as DeclaredCapabilities;
  return { version, declared: letters, clientInfo, lists, expiresAt };
}

type Parts = [1, string, string, [string, string] | null, string, number];

/** Cut, so that it cannot make the id long. */
export function clientInfoOf(given: unknown): Implementation | undefined {
  if (!isRecord(given)) return undefined;
  const { name, version } = given;
  if (typeof name !== 'string' || typeof version !== 'string') return undefined;
  return { name: name.slice(0, 192), version: version.slice(0, 64) };
}

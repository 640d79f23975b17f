/** What issuers have said of tokens that are active, by a hash of issuer and token (A5). */
import type { Claims } from './claims.ts';

/** In ms. A second less than open streams wait before they ask again. */
const KEPT = 59_000;

const MOST = 10_000;

interface Kept {
  readonly claims: Claims;
  readonly at: number;
}

export class ActiveTokens {
  readonly #kept = new Map<string, Kept>();
  readonly #asking = new Map<string, Promise<Claims>>();

  /**
   * @param issuer who is asked: what another has said of the same text does not count
   * @param ask called once for all who want to know at the same time
   */
  async claimsOf(issuer: string, token: string, ask: () => Promise<Claims>): Promise<Claims> {
    const hash = await sha256(JSON.stringify([issuer, token]));
    const kept = this.#kept.get(hash);
    if (kept !== undefined && isFresh(kept)) return kept.claims;
    this.#kept.delete(hash);
    let asking = this.#asking.get(hash);
    if (asking === undefined) {
      asking = ask().finally(() => this.#asking.delete(hash));
      this.#asking.set(hash, asking);
      asking.then(
        (claims) => this.#keep(hash, claims),
        () => undefined,
      );
    }
    return asking;
  }

  #keep(hash: string, claims: Claims): void {
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= MOST && oldest !== undefined) this.#kept.delete(oldest);
    this.#kept.set(hash, { claims, at: Date.now() });
  }
}

function isFresh({ claims: { exp }, at }: Kept): boolean {
  const now = Date.now();
  const isOver = typeof exp === 'number' && now >= exp * 1000;
  // Clocks can be set back.
  return !isOver && Math.abs(now - at) < KEPT;
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** What an issuer has said of tokens that are active, by a hash of each (A5). */
import type { Claims } from './claims.ts';

/** In ms. A second less than open streams wait before they ask again. */
const KEPT = 59_000;

const MOST = 10_000;

interface Kept {
  readonly claims: Claims;
  readonly until: number;
}

export class ActiveTokens {
  readonly #kept = new Map<string, Kept>();
  readonly #asking = new Map<string, Promise<Claims>>();

  /** @param ask called once for all who want to know at the same time */
  async claimsOf(token: string, ask: () => Promise<Claims>): Promise<Claims> {
    const hash = await sha256(token);
    const kept = this.#kept.get(hash);
    if (kept !== undefined && Date.now() < kept.until) return kept.claims;
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
    const { exp } = claims;
    const end = typeof exp === 'number' ? exp * 1000 : Infinity;
    this.#kept.set(hash, { claims, until: Math.min(Date.now() + KEPT, end) });
  }
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

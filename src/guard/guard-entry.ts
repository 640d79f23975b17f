/** Which entry of the guard a request has. */
import { invalidParams } from '../protocol/rpc-error.ts';
import type { ExtendedCall, GuardConfig, LazyStanding } from '../server/extension.ts';
import { principalTag } from '../state/binding.ts';
import { CLOCK_SKEW } from '../state/claims.ts';
import { idempotencyKeyOf } from '../stored/idempotency-key.ts';
import { requestParts } from '../stored/request-parts.ts';
import type { GuardHost } from './guard-host.ts';
import { longestRun } from './held-claim.ts';
import type { GuardSeal } from './guard-seal.ts';

/** The `_meta` key by which a client names a first call. */
const CALL_KEY = 'mcp-rondo/callKey';

/** How long the reply to a call with an idempotency key is kept, in ms (K17). */
const KEY_TTL = 86_400_000;

export interface GuardedRequest {
  /** Digest that names the entry. */
  readonly key: string;
  /** The same for the same request, whatever its id. */
  readonly request: string;
  /** How the entry is named: by its flow and round, by the client, or by the author. */
  readonly by: 'round' | 'call key' | 'idempotency key';
  readonly life: number;
  readonly replyTtl: number;
}

/** `undefined` for a first call that nobody has named: it is not guarded. */
export async function guardedRequest(
  host: GuardHost,
  config: GuardConfig,
  call: ExtendedCall,
  standing: LazyStanding,
): Promise<GuardedRequest | undefined> {
  const named = standing.round > 1 ? undefined : nameOf(config, call);
  if (named === undefined && standing.round === 1) return undefined;
  const seal = await host.use(() => host.seal);
  const isKept = config.idempotencyKey !== undefined;
  // An entry that ends while its round runs would let the next attempt run beside it.
  const life = Math.max(call.policy.stateTtl, longestRun(call)) + 2 * CLOCK_SKEW;
  return {
    key:
      named === undefined
        ? roundKey(host, seal, call, standing)
        : namedKey(host, seal, call, named),
    request: seal.digest('request', ...requestParts(call, standing)),
    by: named?.by ?? 'round',
    life: isKept ? Math.max(life, KEY_TTL) : life,
    replyTtl: isKept ? Math.max(host.parts.replyTtl, KEY_TTL) : host.parts.replyTtl,
  };
}

/** The entry of a round of a flow. */
export function roundKey(
  host: GuardHost,
  seal: GuardSeal,
  { exchange }: ExtendedCall,
  { round, origin }: { readonly round: number; readonly origin: { readonly id: string } },
): string {
  const { audience } = host.server;
  return seal.digest('round', audience, principalTag(exchange.principal), origin.id, String(round));
}

interface Named {
  readonly by: 'call key' | 'idempotency key';
  readonly text: string;
}

/** What the client says wins over what the author's function says. */
function nameOf(config: GuardConfig, call: ExtendedCall): Named | undefined {
  const given = call.meta.sent[CALL_KEY];
  if (given !== undefined) return { by: 'call key', text: checked(given) };
  const text = idempotencyKeyOf(config, call);
  return text === undefined ? undefined : { by: 'idempotency key', text };
}

function namedKey(
  host: GuardHost,
  seal: GuardSeal,
  { method, target, exchange }: ExtendedCall,
  { by, text }: Named,
): string {
  const { audience } = host.server;
  return seal.digest(by, audience, principalTag(exchange.principal), method, target, text);
}

/** @throws RpcError `-32602` */
function checked(callKey: unknown): string {
  if (typeof callKey === 'string' && /^[\x20-\x7e]{1,128}$/.test(callKey)) return callKey;
  throw invalidParams(`_meta['${CALL_KEY}'] must have 1 to 128 printable characters of ASCII`);
}

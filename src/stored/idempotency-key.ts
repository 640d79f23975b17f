import { isRecord } from '../base/json.ts';
import { internalError } from '../protocol/rpc-error.ts';
import type { ExtendedCall, NamingConfig } from '../server/extension.ts';

/** `undefined` where calls are not named. @throws RpcError if the author's function gives no key */
export function idempotencyKeyOf(
  config: NamingConfig,
  { params, exchange }: ExtendedCall,
): string | undefined {
  if (config.idempotencyKey === undefined) return undefined;
  const args = isRecord(params['arguments']) ? params['arguments'] : {};
  const key: unknown = config.idempotencyKey(args, exchange.principal);
  if (typeof key !== 'string' || key === '') throw internalError();
  return key;
}

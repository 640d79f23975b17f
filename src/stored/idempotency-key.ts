import { RondoError } from '../base/errors.ts';
import { isRecord } from '../base/json/json.ts';
import { quote } from '../base/quote.ts';
import { ignore, isThenable } from '../base/settled.ts';
import type { ExtendedCall, NamingConfig } from '../server/extension.ts';

/** `undefined` where calls are not named. @throws RondoError if the author's function gives no key */
export function idempotencyKeyOf(
  config: NamingConfig,
  { method, target, params, exchange }: ExtendedCall,
): string | undefined {
  if (config.idempotencyKey === undefined) return undefined;
  const args = isRecord(params['arguments']) ? params['arguments'] : {};
  const key: unknown = config.idempotencyKey(args, exchange.principal);
  if (typeof key === 'string' && key !== '') return key;
  if (isThenable(key)) ignore(key);
  const what = isThenable(key) ? 'a promise' : 'no key';
  throw new RondoError(
    'invalid_options',
    `'idempotencyKey' of ${method} ${quote(target)} returned ${what}: it must return a text that is not empty.`,
  );
}

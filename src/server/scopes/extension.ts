import { quote } from '../../base/quote.ts';
import type { Extension } from '../extension.ts';
import type { ScopeCheck } from './scope-check.ts';

/** Looks at the scopes of callers, in every round, of what is registered with `scopes`. */
export function scopesExtension(check: ScopeCheck): Extension {
  return {
    register: ({ config: { scopes } }) =>
      scopes === undefined
        ? undefined
        : {
            before: async ({ method, target, policy, args, exchange }) => {
              const of = `${method} ${quote(target)}`;
              await check.admit([{ of, scopes: policy.scopes, args }], exchange);
              return undefined;
            },
          },
  };
}

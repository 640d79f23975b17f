/** What `bearer` is given. */
import { markFor, madeFor } from '../../base/options/made-functions.ts';
import { callable, listOf, nonEmptyText, record } from '../../base/options/option-checks.ts';
import { invalidOptions } from '../../base/errors.ts';
import { type Check, type OptionSet, readOptions } from '../../base/options/options.ts';
import { areScopes, isScope } from '../../protocol/scopes.ts';
import { isIssuer, isResource } from './configured-url.ts';
import type { Implies } from './implied-scopes.ts';
import type { Bind } from './token-principal.ts';
import type { TokenVerifier } from './token-verifier.ts';

/** Whose tokens are accepted, and what is read of them. */
export interface BearerOptions {
  /**
   * The URI of this server, as clients use it: `https://mcp.example.com/mcp`. Tokens have to be issued
   * for it, to the character.
   */
  readonly resource: string;
  /** The issuer of the tokens, as it stands in them (`iss`), to the character. */
  readonly issuer: string;
  /** Other audiences (`aud`), for an issuer that does not know resources. Default: none. */
  readonly audience?: readonly string[];
  /** How a token is verified: `jwt()`, `introspection({ client })`, or a function of your own. */
  readonly verify: TokenVerifier;
  /** The scopes that every request needs; those of single tools are at `registerTool`. Default: none. */
  readonly scopes?: readonly string[];
  /** What else must stay the same during a flow, such as a tenant. Default: nothing. */
  readonly bind?: Bind;
  /** Scopes that include others: `{ 'files:write': ['files:read'] }`. Default: none do. */
  readonly implies?: Implies;
}

/** What verifies tokens is for nothing else. */
const VERIFY = "'verify' of bearer()";

export function asVerifier(verify: TokenVerifier): TokenVerifier {
  return markFor(verify, VERIFY);
}

const areImplications: Check = (value) => {
  if (record(value) !== undefined) return 'must be an object of scopes by scope';
  const wrong = Object.entries(value as object).find(
    ([scope, others]) => !isScope(scope) || areScopes(others) !== undefined,
  );
  return wrong && `has '${wrong[0]}', which must be a scope, with an array of scopes`;
};

const BEARER_OPTIONS: OptionSet<BearerOptions> = {
  of: 'bearer()',
  table: {
    resource: isResource,
    issuer: isIssuer,
    audience: listOf('audiences', (each) => nonEmptyText(each) === undefined),
    verify: madeFor(VERIFY),
    scopes: areScopes,
    bind: callable,
    implies: areImplications,
  },
  notes: {
    audiences: "It is 'audience' here.",
    requiredScopes: "It is 'scopes' here.",
    verifier: "It is 'verify' here: a function that returns claims.",
  },
};

/** @throws RondoError `invalid_options` */
export function readBearerOptions(options: BearerOptions): BearerOptions {
  const read = readOptions(BEARER_OPTIONS, options);
  for (const name of ['resource', 'issuer', 'verify'] as const) {
    if (read[name] === undefined) throw invalidOptions(`bearer() needs '${name}'.`);
  }
  return read;
}

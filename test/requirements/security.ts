/** AU: who calls. SE: what else guards both sides. */
import type { Requirements } from './requirement.ts';

const AUTHORIZATION = 'basic/authorization';

export const AUTHORIZATIONS: Requirements = {
  'AU-1': {
    level: 'MUST',
    text: 'A protected server publishes its metadata (RFC 9728) with at least one authorization server, to be found by `WWW-Authenticate` or at the well-known URI.',
    sources: ['basic/authorization/authorization-server-discovery'],
    scenarios: ['auth/metadata-default'],
  },
  'AU-2': {
    level: 'MUST',
    text: 'Each token is checked before anything is done, for whom it was made included. One that is invalid or expired is 401. Tokens of others are not accepted and none is passed on.',
    sources: [AUTHORIZATION, 'basic/authorization/security-considerations'],
  },
  'AU-3': {
    level: 'MUST',
    text: 'Who may not do something gets 403, with the scopes that would be needed in `WWW-Authenticate`.',
    sources: [AUTHORIZATION],
    scenarios: ['auth/scope-step-up'],
  },
  'AU-4': {
    level: 'MUST',
    text: 'The client sends its token in the `Authorization` header of every request, retries included, and never in the query.',
    sources: [AUTHORIZATION],
  },
  'AU-5': {
    level: 'MUST',
    text: 'The caller that states, tasks and questions are bound to comes from verified credentials (issuer and subject), not from what a client says of itself.',
    sources: ['client/elicitation', 'basic/patterns/mrtr'],
  },
  'AU-6': {
    level: 'MUST',
    text: 'Having a handle is not being somebody: the caller is checked at every use. What is stored is stored by user and handle.',
    sources: ['security', 'tasks'],
  },
};

export const SECURITY: Requirements = {
  'SE-1': {
    level: 'MUST',
    text: 'A `$ref` to the network is not fetched. Schemas that need one are refused, and depth, size and time of checking are bounded.',
    sources: ['basic'],
    scenarios: ['json-schema-ref-no-deref'],
  },
  'SE-2': {
    level: 'MUST',
    text: 'A dialect of JSON Schema that is not supported is a clear error. 2020-12 always is supported.',
    sources: ['basic'],
  },
  'SE-3': {
    level: 'MUST',
    inferred: true,
    text: 'Access is never granted by a mirrored header alone. Secrets are not annotated with `x-mcp-header`.',
    sources: ['SEP-2243', 'server/tools'],
    partly: 'Which argument is a secret is for the author to know.',
  },
  'SE-4': {
    level: 'MUST',
    text: 'Icons are `https:` or `data:`, are fetched without credentials, and their bytes are hostile.',
    sources: ['basic'],
    partly:
      'Icons are checked when they are registered. The library neither fetches nor shows any.',
  },
  'SE-5': {
    level: 'MUST',
    text: 'A URL that a server gives is opened only if its scheme is allowed, and never through a shell.',
    sources: ['security'],
  },
  'SE-6': {
    level: 'SHOULD',
    text: 'Handles are random, from a secure source, and expire. Rounds that repeat are limited.',
    sources: ['security', 'SEP-2322'],
  },
};

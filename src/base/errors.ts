import { brand } from './brand.ts';

/** Every code a {@link RondoError} can carry; switch over it to handle them one by one. */
export type RondoErrorCode =
  // Mistakes in the author's code: the message says what to change.
  | 'ask_in_step'
  | 'duplicate_key'
  | 'invalid_elicitation'
  | 'invalid_key'
  | 'invalid_sampling'
  | 'journal_full'
  | 'mixed_asks'
  | 'needs_store'
  | 'sleep_needs_task'
  | 'step_in_step'
  | 'too_many_rounds'
  | 'unawaited_ask'
  | 'unrecordable_value'
  | 'unstable_question'
  // How a flow can end.
  | 'cancelled'
  | 'diverged'
  | 'input_declined'
  | 'invalid_answer'
  | 'missing_capability'
  | 'round_timeout'
  | 'step_failed'
  // State and set-up.
  | 'crypto_unavailable'
  | 'directory_in_use'
  | 'invalid_options'
  | 'invalid_schema'
  | 'invalid_token'
  | 'lease_lost'
  | 'newer_format'
  | 'state_too_large'
  | 'store_failed'
  | 'unreadable_journal'
  // The client.
  | 'authorization_failed'
  | 'insufficient_scope'
  | 'login_required'
  | 'closed'
  | 'era_not_resumable'
  | 'invalid_response'
  | 'no_handler'
  | 'not_asked'
  | 'state_refused'
  | 'timeout'
  | 'transport_failed'
  | 'unsupported_version';

/**
 * The base of all errors of this library. (Errors of the protocol are {@link RpcError}s.) `code` is
 * stable; the message says what to do.
 */
export class RondoError<Code extends RondoErrorCode = RondoErrorCode> extends Error {
  override readonly name: string = 'RondoError';
  readonly code: Code;

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
brand(RondoError, 'RondoError');

/** The error for an option that cannot be used. Thrown when the option is given, never later. */
export function invalidOptions(
  message: string,
  options?: ErrorOptions,
): RondoError<'invalid_options'> {
  return new RondoError('invalid_options', message, options);
}

/** What is stored has been written by a newer version; another instance may be able to read it. */
export function newerFormat(
  what: string,
  found: number,
  known: number,
): RondoError<'newer_format'> {
  const message = `The ${what} has format ${found}; this version reads up to ${known}. Update it.`;
  return new RondoError('newer_format', message);
}

import { brand } from '../../base/brand.ts';
import { RondoError } from '../../base/errors.ts';

/**
 * A token that does not let its bearer in. The caller gets a 401 and hears no reason; the message
 * goes to the log, so nothing secret may be in it.
 */
export class InvalidTokenError extends RondoError<'invalid_token'> {
  override readonly name: string = 'InvalidTokenError';

  constructor(message = 'it is not valid') {
    super('invalid_token', message);
  }
}
brand(InvalidTokenError, 'InvalidTokenError');

import { invalidOptions } from '../../base/errors.ts';

/**
 * The URL of a server, as its user gives it.
 *
 * @throws RondoError `invalid_options`
 */
export function serverUrl(given: string | URL): URL {
  if (!URL.canParse(String(given))) {
    throw invalidOptions(
      `'${String(given)}' is not a URL. To start a program, pass { command, args }.`,
    );
  }
  const url = new URL(given);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw invalidOptions(
      `The URL of a server must begin with http: or https:, not ${url.protocol}`,
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw invalidOptions('Credentials must not be in the URL. Send them with `http.headers`.');
  }
  return url;
}

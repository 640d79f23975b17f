/** The names that `Host` may have. Against DNS rebinding: a page's name that was pointed here. */

import { lastResultOf } from '../base/last-result.ts';

/** The ports that clients leave out. */
const DEFAULT_PORTS = [443, 80];

export class AllowedHosts {
  readonly #listed: ReadonlySet<string>;

  /** @param listed in the form of {@link isListableHost} */
  constructor(listed: readonly string[]) {
    this.#listed = new Set(listed.map((host) => host.toLowerCase()));
  }

  /** Entries without a port allow every port. */
  has(host: string): boolean {
    const name = hostName(host);
    if (this.#listed.has(name) || this.#listed.has(host.toLowerCase())) return true;
    const hasPort = name.length < host.length;
    return !hasPort && DEFAULT_PORTS.some((port) => this.#listed.has(`${name}:${port}`));
  }
}

const PORT = /:\d+$/;

/** Without the port, in lower case. */
export const hostName: (host: string) => string = lastResultOf((host) =>
  host.replace(PORT, '').toLowerCase(),
);

const VALID_PORT = /:[1-9]\d{0,4}$/;

/** Whether it is written as in `Host`, where international names have their ASCII form. */
export function isListableHost(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(`http://${value}`)) return false;
  const name = hostName(value);
  const isPortSound = !PORT.test(value) || VALID_PORT.test(value);
  return isPortSound && new URL(`http://${name}`).hostname === name && !name.includes('*');
}

import type { Check } from '../../base/options/options.ts';

/** As `pg` takes them: a URL, or the folder of a socket. Anything else would be a host called `base`. */
const ADDRESS = /^(?:postgres(?:ql)?:\/\/|socket:|\/)./;

/** The address of a database. It may have a password in it, so no message shows it. */
export const isAddress: Check = (value) =>
  typeof value === 'string' && ADDRESS.test(value)
    ? undefined
    : 'must be the address of a database: postgres://user:password@host:5432/name';

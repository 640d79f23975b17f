import { lastResultOf } from './last-result.ts';

const NAMES = new Set(['localhost', '::1', '[::1]']);
const LOOPBACK_IPV4 = /^127(?:\.\d{1,3}){3}$/;

/** The same in IPv6 (RFC 4291 section 2.5.5.2), as people write it and as URLs do. */
const MAPPED_IPV4 = /^\[?::ffff:(?:127(?:\.\d{1,3}){3}|7f[\da-f]{2}:[\da-f]{1,4})\]?$/;

/**
 * Whether a host, without its port, can only be this machine: `localhost`, `::1` with or without
 * brackets, or an address of 127.0.0.0/8 (RFC 1122 section 3.2.1.3), in any case.
 */
export const isLoopback: (host: string) => boolean = lastResultOf((host) => {
  const name = host.toLowerCase();
  return NAMES.has(name) || LOOPBACK_IPV4.test(name) || MAPPED_IPV4.test(name);
});

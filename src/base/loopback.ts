const NAMES = new Set(['localhost', '::1', '[::1]']);
const LOOPBACK_IPV4 = /^127(?:\.\d{1,3}){3}$/;

/**
 * Whether a host, without its port, can only be this machine: `localhost`, `::1` with or without
 * brackets, or an address of 127.0.0.0/8 (RFC 1122 section 3.2.1.3).
 */
export function isLoopback(host: string): boolean {
  return NAMES.has(host) || LOOPBACK_IPV4.test(host);
}

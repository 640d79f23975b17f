/** What an IP address leads to (A25). Registries: IANA special-purpose addresses. */

/** `never`: link-local, metadata of clouds, multicast, reserved, and what is no address at all. */
export type AddressKind = 'public' | 'private' | 'loopback' | 'never';

interface Range {
  readonly first: number;
  readonly bits: number;
  readonly kind: AddressKind;
}

/** The first that fits counts. */
const RANGES: readonly Range[] = [
  // Metadata services of clouds outside of 169.254.0.0/16.
  ...ranges('never', '168.63.129.16/32', '100.100.100.200/32', '192.0.0.192/32'),
  ...ranges('loopback', '127.0.0.0/8'),
  ...ranges('private', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'),
  ...ranges('never', '0.0.0.0/8', '169.254.0.0/16', '192.0.0.0/24', '192.0.2.0/24'),
  ...ranges('never', '192.88.99.0/24', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'),
  ...ranges('never', '224.0.0.0/4', '240.0.0.0/4'),
];

function ranges(kind: AddressKind, ...texts: string[]): Range[] {
  return texts.map((text) => {
    const [address = '', bits] = text.split('/');
    return { first: numberOf(address)!, bits: Number(bits), kind };
  });
}

/** @param address as a resolver gives it, or the host of a URL */
export function kindOfAddress(address: string): AddressKind {
  const plain = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  const ipv4 = numberOf(plain);
  if (ipv4 !== undefined) return kindOfIpv4(ipv4);
  const groups = groupsOf(plain);
  return groups === undefined ? 'never' : kindOfIpv6(groups);
}

/** Whether a host in a URL is an address, and no name. */
export function isAddress(host: string): boolean {
  return host.startsWith('[') || numberOf(host) !== undefined;
}

function kindOfIpv4(address: number): AddressKind {
  const range = RANGES.find(({ first, bits }) => {
    const size = 2 ** (32 - bits);
    return Math.floor(address / size) === Math.floor(first / size);
  });
  return range?.kind ?? 'public';
}

function numberOf(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  const bytes = match?.slice(1).map(Number);
  if (bytes === undefined || bytes.some((byte) => byte > 255)) return undefined;
  return bytes.reduce((value, byte) => value * 256 + byte, 0);
}

/** The eight groups of an IPv6 address. */
function groupsOf(text: string): number[] | undefined {
  const url = `http://[${text}]`;
  if (text.length > 45 || !URL.canParse(url)) return undefined;
  const [head = '', tail] = new URL(url).hostname.slice(1, -1).split('::');
  const read = (part: string | undefined): number[] =>
    part ? part.split(':').map((group) => Number.parseInt(group, 16)) : [];
  const [before, after] = [read(head), read(tail)];
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}

function kindOfIpv6(groups: readonly number[]): AddressKind {
  const embedded = embeddedIn(groups);
  if (embedded !== undefined) return kindOfIpv4(embedded);
  const [first = 0, second = 0] = groups;
  const isStart = groups.slice(0, 7).every((group) => group === 0);
  if (isStart) return groups[7] === 1 ? 'loopback' : 'never';
  // Unique local addresses; two of them are metadata services.
  if (first >= 0xfc00 && first <= 0xfdff) return isMetadata(groups) ? 'never' : 'private';
  if (first < 0x2000 || first > 0x3fff) return 'never';
  if (first === 0x2001 && (second < 0x200 || second === 0xdb8)) return 'never';
  return first === 0x3fff && second < 0x1000 ? 'never' : 'public';
}

function isMetadata(groups: readonly number[]): boolean {
  const text = groups.map((group) => group.toString(16)).join(':');
  return text === 'fd00:ec2:0:0:0:0:0:254' || text === 'fd20:ce:0:0:0:0:0:254';
}

/** The IPv4 address that an IPv6 address leads to: mapped, compatible, NAT64, 6to4. */
function embeddedIn(groups: readonly number[]): number | undefined {
  const [first, second] = groups;
  const has = (from: number, to: number): boolean =>
    groups.slice(from, to).every((group) => group === 0);
  const ending = groups[6]! * 65_536 + groups[7]!;
  if (has(0, 5) && groups[5] === 0xffff) return ending;
  if (has(0, 6) && groups[6] !== 0) return ending;
  if (first === 0x64 && second === 0xff9b && has(2, 6)) return ending;
  return first === 0x2002 ? second! * 65_536 + groups[2]! : undefined;
}

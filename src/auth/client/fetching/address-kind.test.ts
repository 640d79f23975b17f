import { describe, expect, it } from 'vitest';
import { kindOfAddress } from './address-kind.ts';
import { isReachable, reachableUrl, vicinityOf } from './reach.ts';

describe('(A25) an address', () => {
  it.each([
    [
      'public',
      [
        '8.8.8.8',
        '172.32.0.1',
        '100.63.0.1',
        '2606:4700::1111',
        '2a00:1450::1',
        '64:ff9b::808:808',
      ],
    ],
    [
      'loopback',
      ['127.0.0.1', '127.9.9.9', '::1', '[::1]', '::ffff:127.0.0.1', '::ffff:7f00:1', '::7f00:1'],
    ],
    [
      'private',
      [
        '10.1.2.3',
        '172.16.0.1',
        '192.168.1.1',
        '100.64.0.1',
        'fd12::1',
        '::ffff:10.0.0.1',
        '2002:a00:1::',
      ],
    ],
    [
      'never',
      [
        '169.254.169.254',
        '0.0.0.0',
        '::',
        'fe80::1',
        'fe80::1%eth0',
        '224.0.0.1',
        '255.255.255.255',
      ],
    ],
    [
      'never',
      [
        '::ffff:169.254.169.254',
        '64:ff9b::a9fe:a9fe',
        '2002:a9fe:a9fe::',
        'fd00:ec2::254',
        '168.63.129.16',
      ],
    ],
    [
      'never',
      [
        '100.100.100.200',
        '2001:db8::1',
        '2001::1',
        'ff02::1',
        'fec0::1',
        '',
        'x',
        '1.2.3',
        '1.2.3.256',
      ],
    ],
  ])('is %s: %s', (kind, addresses) => {
    for (const address of addresses)
      expect([address, kindOfAddress(address)]).toEqual([address, kind]);
  });
});

describe('(A25) a URL', () => {
  const near = (target: string, address?: string, allowHosts: string[] = []) => ({
    vicinity: vicinityOf(new URL(target), address),
    allowHosts,
  });
  const isAsked = (url: string, reach: ReturnType<typeof near>): boolean => {
    try {
      return reachableUrl(url, reach, 'x').href !== '';
    } catch {
      return false;
    }
  };
  const PUBLIC = near('https://mcp.example.com/mcp', '8.8.8.8');
  const LOOPBACK = near('http://127.0.0.1:3000/mcp', '127.0.0.1');
  const PRIVATE = near('https://mcp.corp.example/mcp', '10.0.0.8');

  it.each([
    'http://auth.example.com/',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://[::1]/',
    'https://localhost/',
    'https://a.localhost/',
    'http://localhost:9/',
    'https://10.0.0.1/',
    'https://[::ffff:169.254.169.254]/',
    'https://169.254.169.254/',
    'https://metadata.google.internal/',
    'https://printer.local/',
    'https://intranet/',
    'https://user:secret@auth.example.com/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'no url',
  ])('that a public server names is not asked: %s', (url) => {
    expect(isAsked(url, PUBLIC)).toBe(false);
  });

  it('is asked if it is of the public internet', () => {
    for (const reach of [PUBLIC, LOOPBACK, PRIVATE])
      expect(isAsked('https://auth.example.com/', reach)).toBe(true);
  });

  it('of this machine is asked for a server on it, by http too', () => {
    expect(isAsked('http://localhost:9/', LOOPBACK)).toBe(true);
    expect(isAsked('http://127.0.0.1:9/', LOOPBACK)).toBe(true);
    expect(isAsked('https://127.0.0.1/', PRIVATE)).toBe(false);
    expect(isAsked('https://10.0.0.1/', LOOPBACK)).toBe(false);
  });

  it('of a private network is asked for a server in one, or where it is allowed', () => {
    expect(isAsked('https://10.0.0.1/', PRIVATE)).toBe(true);
    expect(isAsked('https://169.254.169.254/', PRIVATE)).toBe(false);
    const allowed = near('https://mcp.example.com/', '8.8.8.8', [
      '10.0.0.1',
      'intranet',
      '169.254.169.254',
    ]);
    expect(isAsked('https://10.0.0.1/', allowed)).toBe(true);
    expect(isAsked('https://intranet/', allowed)).toBe(true);
    expect(isAsked('https://169.254.169.254/', allowed)).toBe(false);
  });

  it('is judged by the address that its name leads to', () => {
    expect(isReachable('10.0.0.1', 'auth.example.com', PUBLIC)).toBe(false);
    expect(isReachable('::ffff:127.0.0.1', 'auth.example.com', PUBLIC)).toBe(false);
    expect(
      isReachable(
        '10.0.0.1',
        'auth.example.com',
        near('https://a.b/', '8.8.8.8', ['auth.example.com']),
      ),
    ).toBe(true);
  });
});

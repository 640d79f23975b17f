import { describe, expect, it } from 'vitest';
import { isLoopback } from './loopback.ts';

describe('loopback', () => {
  it.each([
    'localhost',
    'LocalHost',
    '127.0.0.1',
    '127.0.0.2',
    '127.255.255.254',
    '::1',
    '[::1]',
    '::ffff:127.0.0.1',
    '[::FFFF:7f00:1]',
  ])('%s is this machine', (host) => expect(isLoopback(host)).toBe(true));

  it.each([
    '',
    '0.0.0.0',
    '128.0.0.1',
    '10.0.0.1',
    '[::]',
    '::2',
    '::ffff:10.0.0.1',
    '::ffff:8f00:1',
    'localhost.example.com',
    '127.0.0.1.example.com',
    '127.example.com',
    '127.',
    '127.0.0',
    'example.com',
  ])('%j is not known to be this machine', (host) => expect(isLoopback(host)).toBe(false));
});

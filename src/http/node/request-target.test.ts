import { describe, expect, it } from 'vitest';
import { requestTarget } from './request-target.ts';

describe('the target of a request', () => {
  it.each([
    ['/mcp?a=b', { path: '/mcp?a=b' }],
    ['*', { path: '*' }],
    ['', { path: '' }],
    ['/http://a/b', { path: '/http://a/b' }],
    ['ftp://a/b', { path: 'ftp://a/b' }],
    ['http:/a/b', { path: 'http:/a/b' }],
    ['http://a/mcp?b=c', { host: 'a', path: '/mcp?b=c' }],
    ['HTTPS://a:8443/mcp', { host: 'a:8443', path: '/mcp' }],
    ['http://a', { host: 'a', path: '/' }],
    ['http://a?b', { host: 'a', path: '/?b' }],
    ['http://a/b#c', { host: 'a', path: '/b' }],
    ['http://a#c', { host: 'a', path: '/' }],
    ['http:///b', { host: '', path: '/b' }],
    ['http://a@b/c', { host: 'a@b', path: '/c' }],
  ])('%s', (url, target) => expect(requestTarget(url)).toEqual(target));
});

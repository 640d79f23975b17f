import { describe, expect, it } from 'vitest';
import { areRoutes, isUrlPath } from './route-paths.ts';

const handler = (): Response => new Response();

describe('the path of what is served', () => {
  it.each(['/', '/mcp', '/a/b', '/a%20b', '/a/', '/%E5%90%8D'])('may be %s', (path) =>
    expect(isUrlPath(path)).toBe(true),
  );

  it.each([
    undefined,
    7,
    '',
    'mcp',
    'http://a/b',
    '//evil.example',
    '/a b',
    '/名',
    '/a/../b',
    '/.',
  ])('may not be %j', (path) => expect(isUrlPath(path)).toBe(false));
});

describe('routes', () => {
  it.each<[object]>([[{}], [{ '/healthz': handler }], [{ '/assets/*': handler, '/*': handler }]])(
    'can be %j',
    (routes) => expect(areRoutes(routes)).toBeUndefined(),
  );

  it.each<[unknown]>([[null], ['/healthz'], [[handler]], [handler], [undefined]])(
    'are an object, and not %j',
    (routes) => expect(areRoutes(routes)).toBe('must be an object of handlers by path'),
  );

  it.each(['healthz', '/a*', '/*/a', '/a?b', '/a#b', '/a?*/*', '//x', '/a b/*', '*'])(
    'are not at %s',
    (path) =>
      expect(areRoutes({ '/a': handler, [path]: handler })).toContain(`has '${path}', which`),
  );

  it('are functions', () => {
    expect(areRoutes({ '/a': handler, '/b': 'text' })).toBe(
      "has '/b', whose value must be a function",
    );
  });
});

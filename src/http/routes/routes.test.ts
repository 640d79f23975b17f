import { describe, expect, it } from 'vitest';
import { Routes } from './routes.ts';

const handler = (): Response => new Response();

describe('routes', () => {
  const paths = ['/*', '/assets/*', '/assets/a/*', '/assets/logo.svg', '/healthz'];
  const find = (path: string): string | undefined =>
    new Routes(Object.fromEntries(paths.map((each) => [each, handler])), '/mcp').find(path)?.path;

  it.each([
    ['/healthz', '/healthz'],
    ['/assets/logo.svg', '/assets/logo.svg'],
    ['/assets/logo', '/assets/*'],
    ['/assets/', '/assets/*'],
    ['/assets/a/b/c', '/assets/a/*'],
    ['/assets', '/*'],
    ['/healthz/', '/*'],
    ['/', '/*'],
    ['/mcpx', '/*'],
    ['/constructor', '/*'],
  ])('%s goes to %s', (path, route) => expect(find(path)).toBe(route));

  it.each(['/mcp', '/mcp/', '/mcp/healthz'])('%s is the endpoint, whatever is listed', (path) => {
    expect(find(path)).toBeUndefined();
  });

  it('an endpoint at the root hides nothing but itself', () => {
    const beside = new Routes({ '/healthz': handler, '/*': handler }, '/');
    expect(beside.find('/healthz')?.path).toBe('/healthz');
    expect(beside.find('//healthz')?.path).toBe('/*');
    expect(beside.find('/')).toBeUndefined();
  });

  it('no other path has a route', () => {
    expect(new Routes({ '/healthz': handler }, '/mcp').find('/constructor')).toBeUndefined();
  });
});

describe('a route that the endpoint would hide', () => {
  it.each(['/mcp', '/mcp/', '/mcp/healthz', '/mcp/*'])('is refused: %s', (path) => {
    expect(() => new Routes({ [path]: handler }, '/mcp')).toThrow(`Route '${path}' is under`);
  });

  it('at the root is the root alone', () => {
    expect(() => new Routes({ '/': handler }, '/')).toThrow("Route '/' is under");
  });
});

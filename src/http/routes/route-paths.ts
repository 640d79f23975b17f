/** Checks the paths at which a server, and what is beside it, are served. */
import type { Check } from '../../base/options/options.ts';

/** Serves one request with a web `Response`. */
export type RouteHandler = (request: Request) => Response | Promise<Response>;

/** How the path of a route ends that takes all paths below it. */
export const EVERYTHING_BELOW = '/*';

/** Whether requests can have this path, with nothing after it: a browser sends it as it is. */
export function isUrlPath(value: unknown): value is string {
  if (typeof value !== 'string' || !value.startsWith('/') || value.startsWith('//')) return false;
  const url = `http://localhost${value}`;
  return URL.canParse(url) && new URL(url).href === url;
}

export const areRoutes: Check = (value) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return 'must be an object of handlers by path';
  }
  for (const [path, handler] of Object.entries(value)) {
    if (!isRoutePath(path)) {
      return `has '${path}', which is not a path such as '/healthz' or '/assets/*', encoded as in URLs`;
    }
    if (typeof handler !== 'function') return `has '${path}', whose value must be a function`;
  }
  return undefined;
};

function isRoutePath(path: string): boolean {
  const fixed = path.endsWith(EVERYTHING_BELOW) ? path.slice(0, -1) : path;
  return isUrlPath(fixed) && !/[*?#]/.test(fixed);
}

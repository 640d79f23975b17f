/** What is served beside a server's endpoint, by its path. */
import { invalidOptions } from '../../base/errors.ts';
import { EVERYTHING_BELOW, type RouteHandler } from './route-paths.ts';

export interface Route {
  readonly path: string;
  readonly handler: RouteHandler;
}

export class Routes {
  readonly #routes: readonly Route[];
  readonly #endpoint: string;

  /**
   * @param routes checked by `areRoutes`
   * @param endpoint the path of the server
   * @throws RondoError `invalid_options` for a route that the endpoint would hide
   */
  constructor(routes: Readonly<Record<string, RouteHandler>>, endpoint: string) {
    this.#endpoint = endpoint;
    this.#routes = Object.entries(routes)
      .map(([path, handler]) => ({ path, handler }))
      .sort((a, b) => b.path.length - a.path.length);
    for (const { path } of this.#routes) {
      if (this.#isOfEndpoint(path)) {
        throw invalidOptions(`Route '${path}' is under the path of the server, '${endpoint}'.`);
      }
    }
  }

  /** The route of a path: the one with exactly this path, or the longest that has it below. */
  find(path: string): Route | undefined {
    if (this.#isOfEndpoint(path)) return undefined;
    const exact = this.#routes.find((route) => route.path === path);
    return exact ?? this.#routes.find((route) => isBelow(path, route.path));
  }

  /** Nothing but the server is served under its path. If that is `/`, nothing else counts as it. */
  #isOfEndpoint(path: string): boolean {
    return (
      path === this.#endpoint || (this.#endpoint !== '/' && path.startsWith(`${this.#endpoint}/`))
    );
  }
}

function isBelow(path: string, route: string): boolean {
  return route.endsWith(EVERYTHING_BELOW) && path.startsWith(route.slice(0, -1));
}

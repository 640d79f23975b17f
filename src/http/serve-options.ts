import { delay, flag, nonEmptyText } from '../base/options/option-checks.ts';
import { type OptionSet, type OptionTable, orFalse } from '../base/options/options.ts';
import { WORKER_OPTIONS, type WorkerOptions } from '../protocol/worker-options.ts';
import { HTTP_OPTIONS } from './policy.ts';
import { type RouteHandler, areRoutes, isUrlPath } from './routes/route-paths.ts';

/** Where a server is served over HTTP, and how it is shut down. */
export interface ServeOptions {
  /** The port; 0 takes a free one. Default 3000. */
  readonly port?: number;
  /** The address to bind to, of IPv6 with or without brackets. Default `127.0.0.1`: reachable from this machine only. */
  readonly host?: string;
  /** The path of the server; other paths get a 404. Default `/mcp`. */
  readonly path?: string;
  /**
   * What else is served, by path: `{ '/healthz': () => new Response('ok') }`. A path that ends in
   * `/*` takes all paths below it. Requests pass the same checks of `Host` and `Origin` as those to
   * the server, but not `authenticate`, and do not count against `maxConcurrentRequests`. No path
   * can be under the server's own. Default: none.
   */
  readonly routes?: Readonly<Record<string, RouteHandler>>;
  /**
   * Whether it works tasks too, and how many at once, for a server with a store that has tasks;
   * `false` for one whose tasks others work. Default `{ concurrency: 10 }`.
   */
  readonly worker?: false | WorkerOptions;
  /** Signals that close the server and exit; `false` for none. Default SIGINT and SIGTERM. */
  readonly signals?: readonly NodeJS.Signals[] | false;
  /**
   * How long requests in flight may run after the server starts to close, in ms. Default 25,000.
   */
  readonly grace?: number;
}

/** For a handler in an HTTP server of your own. */
export interface NodeHandlerOptions {
  /** Whether your HTTP server can be reached from this machine only. Default `false`. */
  readonly onLoopback?: boolean;
}

const PATH = 'must begin with a slash, have no query, and be encoded as in URLs';

const UNDER_HTTP = { "under 'http' in the options of McpServer": HTTP_OPTIONS };

export const SERVE_OPTIONS: OptionSet<ServeOptions> = {
  of: 'serve()',
  table: {
    port: isPort,
    // An empty host would bind to every address of this machine.
    host: nonEmptyText,
    path: (value) => (isUrlPath(value) && !/[?#]/.test(value) ? undefined : PATH),
    routes: areRoutes,
    worker: orFalse(WORKER_OPTIONS.table) as OptionTable<ServeOptions>['worker'],
    signals: areSignals,
    grace: delay,
  },
  elsewhere: UNDER_HTTP,
};

export const NODE_HANDLER_OPTIONS: OptionSet<NodeHandlerOptions> = {
  of: 'nodeHandler()',
  table: { onLoopback: flag },
  elsewhere: UNDER_HTTP,
};

function isPort(value: unknown): string | undefined {
  const is = Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 65_535;
  return is ? undefined : 'must be a whole number from 0 to 65535';
}

function areSignals(value: unknown): string | undefined {
  const areNames =
    Array.isArray(value) && value.every((name) => /^SIG[A-Z\d]+$/.test(String(name)));
  return areNames || value === false ? undefined : "must be an array such as ['SIGTERM'], or false";
}

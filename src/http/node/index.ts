// The whole public surface of `mcp-rondo/node`: an explicit list, one name at a time.

export { nodeHandler, serve } from './serve.ts';
export { startWorker } from './start-worker.ts';
export type { NodeListener, Serving } from './serve.ts';
export type { NodeHandlerOptions, ServeOptions } from '../serve-options.ts';
export type { WorkerOptions } from '../../protocol/worker-options.ts';
export type { RouteHandler } from '../routes/route-paths.ts';
export type { HttpService } from './handler.ts';
export type { HandleOptions } from '../handle-options.ts';
export type { Dispatcher, Working } from '../../protocol/dispatcher.ts';
export type { Principal } from '../../protocol/principal.ts';

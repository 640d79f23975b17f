/** Where tracing meets a client: what is called around its calls and its requests. */
import type { UnknownRecord } from '../../base/json/json.ts';
import { runWithin } from '../../base/run-within.ts';

/**
 * Is called around what a client does, and has to call what it is given, at once. If it does not, or
 * throws, the client does it all the same.
 */
export interface ClientTracing {
  /** Around a call of a tool, a prompt or a resource: all its requests, and the answers between. */
  call(call: TracedCall, run: () => Promise<unknown>): unknown;
  /** Around each request. `send` resolves with the result, or rejects. */
  request(request: TracedRequest, send: () => Promise<unknown>): unknown;
}

export interface TracedCall {
  readonly method: string;
  /** The tool's or prompt's name, or the resource's URI. */
  readonly target: string;
}

/** How a server is reached. */
export interface Network {
  /** `tcp` for HTTP, `pipe` for stdio; absent in the same process. */
  readonly transport?: 'tcp' | 'pipe';
  /** The server's host, if it has one. */
  readonly address?: string;
  readonly port?: number;
}

export interface TracedRequest extends Network {
  readonly id: number;
  readonly method: string;
  /** The tool's or prompt's name, or the resource's URI; absent if it is for none. */
  readonly target?: string;
  readonly protocolVersion: string;
  /** What is set here before `send` is called is sent in `_meta`; what the caller has set there stays. */
  readonly meta: Record<string, string>;
}

/** Runs a call. @throws what `run` throws */
export function traceCall<T>(
  tracing: ClientTracing,
  method: string,
  params: object,
  run: () => Promise<T>,
): Promise<T> {
  const target = targetOf(params as UnknownRecord) ?? '';
  return runWithin((traced) => tracing.call({ method, target }, traced), run);
}

/** Sends a request. @throws what `send` throws */
export function traceRequest(
  tracing: ClientTracing,
  {
    params,
    ...request
  }: Omit<TracedRequest, 'meta' | 'target'> & { readonly params: UnknownRecord },
  send: (meta: UnknownRecord) => Promise<UnknownRecord>,
): Promise<UnknownRecord> {
  const meta: Record<string, string> = {};
  const target = targetOf(params);
  const traced = { ...request, ...(target !== undefined && { target }), meta };
  return runWithin(
    (run) => tracing.request(traced, run),
    () => send(meta),
  );
}

function targetOf({ name, uri }: UnknownRecord): string | undefined {
  const target = name ?? uri;
  return typeof target === 'string' ? target : undefined;
}

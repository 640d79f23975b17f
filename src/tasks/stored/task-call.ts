/** What has begun a task, as it is stored: enough to run the handler again without the request. */
import { newerFormat } from '../../base/errors.ts';
import type { JsonValue } from '../../base/json/json.ts';
import { attempt } from '../../base/thrown.ts';
import type { Principal } from '../../protocol/principal.ts';
import { type TraceContext, readTraceContext } from '../../protocol/trace-context.ts';
import type {
  ExtendedCall,
  FlowOrigin,
  LazyStanding,
  RequestMeta,
} from '../../server/extension.ts';

export interface TaskCall {
  readonly args: unknown;
  readonly origin: FlowOrigin;
  readonly round: number;
  readonly principal: Principal | undefined;
  readonly meta: RequestMeta;
}

const FORMAT = 1;

export function writeCall(call: ExtendedCall, { origin, round }: LazyStanding): JsonValue {
  const { protocolVersion, clientInfo, sent } = call.meta;
  return [
    FORMAT,
    call.params['arguments'] ?? {},
    origin,
    round,
    storedCaller(call.exchange.principal) ?? null,
    { protocolVersion, clientInfo: clientInfo ?? null, ...readTraceContext(sent) },
  ] as unknown as JsonValue;
}

/** @throws RondoError `newer_format` */
export function readCall(json: JsonValue): TaskCall {
  const [format, args, origin, round, principal, client] = json as unknown as [
    number,
    unknown,
    FlowOrigin,
    number,
    Principal | null,
    Pick<RequestMeta, 'protocolVersion'> & {
      readonly clientInfo: RequestMeta['clientInfo'] | null;
    } & Partial<TraceContext>,
  ];
  const { traceparent, tracestate } = client;
  if (!(format <= FORMAT)) throw newerFormat('call of a task', format, FORMAT);
  const meta: RequestMeta = {
    protocolVersion: client.protocolVersion,
    capabilities: origin.capabilities,
    clientInfo: client.clientInfo ?? undefined,
    progressToken: undefined,
    logLevel: undefined,
    sent: { traceparent, tracestate },
    reported: undefined,
  };
  return { args, origin, round, principal: principal ?? undefined, meta };
}

/** The caller without what lets others in, and without what has no JSON form, such as a connection. */
function storedCaller(principal: Principal | undefined): Principal | undefined {
  if (principal === undefined) return undefined;
  const kept = Object.entries(principal).filter(
    ([name, detail]) => !/token|secret|authorization/i.test(name) && hasJson(detail),
  );
  return Object.fromEntries(kept) as unknown as Principal;
}

function hasJson(detail: unknown): boolean {
  return attempt(() => JSON.stringify(detail)) !== undefined;
}

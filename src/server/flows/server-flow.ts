import type { FlowOrigin } from '../extension.ts';
import type { Flow } from '../../flow/journal/flow.ts';
import type { ClientCapabilities } from '../../protocol/capabilities.ts';
import { isRecord } from '../../base/json/json.ts';
import { FlowSecret, randomId } from '../../state/flow-secret.ts';

/**
 * A flow in the server. A new flow makes its id and secret when they are first needed: never, for
 * calls that ask nothing.
 */
export class ServerFlow implements Flow {
  startedAt: number;
  deadline: number;
  /** What links the flow's rounds for listeners; see `RoundTrace`. */
  trace: string | undefined;
  #declared: ClientCapabilities;
  #capabilities: ClientCapabilities | undefined;
  #id: string | undefined;
  #secret: FlowSecret | undefined;

  private constructor(startedAt: number, deadline: number, declared: ClientCapabilities) {
    this.startedAt = startedAt;
    this.deadline = deadline;
    this.#declared = declared;
  }

  static begin(now: number, lifetime: number, declared: ClientCapabilities): ServerFlow {
    return new ServerFlow(now, now + lifetime, declared);
  }

  static resume(origin: FlowOrigin): ServerFlow {
    const flow = new ServerFlow(origin.startedAt, origin.deadline, origin.capabilities);
    flow.adopt(origin);
    return flow;
  }

  /** Becomes the flow of an earlier attempt at the same first round. */
  adopt({ id, secret, startedAt, deadline, capabilities, trace }: FlowOrigin): void {
    this.#id = id;
    this.#secret = FlowSecret.from(secret);
    this.startedAt = startedAt;
    this.deadline = deadline;
    this.#declared = capabilities;
    this.#capabilities = undefined;
    this.trace = isTrace(trace) ? trace : undefined;
  }

  get id(): string {
    return (this.#id ??= randomId());
  }

  get capabilities(): ClientCapabilities {
    return (this.#capabilities ??= relevant(this.#declared));
  }

  derive(label: string): Uint8Array {
    return this.#hidden.derive(label);
  }

  digest(text: string): string {
    return this.#hidden.digest(text);
  }

  get origin(): FlowOrigin {
    const { id, startedAt, deadline, capabilities, trace } = this;
    const secret = this.#hidden.text;
    const origin = { id, secret, startedAt, deadline, capabilities };
    return trace === undefined ? origin : { ...origin, trace };
  }

  get #hidden(): FlowSecret {
    return (this.#secret ??= FlowSecret.create());
  }
}

/** Short: it is in every state of the flow. */
export function isTrace(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 64;
}

/**
 * The capabilities that decide what a flow may ask, without their settings: they go in the state.
 */
function relevant(declared: ClientCapabilities): ClientCapabilities {
  const { elicitation, sampling, roots, extensions } = declared;
  const kept: ClientCapabilities = {};
  if (isRecord(elicitation)) kept.elicitation = bare(elicitation, ['form', 'url']);
  if (isRecord(sampling)) kept.sampling = bare(sampling, ['tools', 'context']);
  if (isRecord(roots)) kept.roots = {};
  if (isRecord(extensions)) {
    // Names of the client's own, `__proto__` among them.
    kept.extensions = Object.fromEntries(Object.keys(extensions).map((name) => [name, {}]));
  }
  return kept;
}

function bare(value: object, names: readonly string[]): Record<string, Record<string, never>> {
  const present: Record<string, Record<string, never>> = {};
  for (const name of names) if (Object.hasOwn(value, name)) present[name] = {};
  return present;
}

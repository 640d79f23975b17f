/**
 * Serves one round of a handler that can ask: opens the state, plays the round, and writes its end.
 * The same for tools, prompts and resources. What extensions do around it is in live-round.ts.
 */
import { type UnknownRecord, isRecord } from '../../base/json/json.ts';
import type { Logger } from '../../base/logging/logger.ts';
import { quote } from '../../base/quote.ts';
import { describeError } from '../../base/thrown.ts';
import { type WarnOnce, warnOnce } from '../../base/logging/warn-once.ts';
import type { Flow } from '../../flow/journal/flow.ts';
import { type Journal, memoryJournal } from '../../flow/journal/journal.ts';
import {
  type FlowHost,
  type FlowLimits,
  type HostParts,
  type Scheduler,
  withParts,
} from '../../flow/round/host.ts';
import { Round } from '../../flow/round/round.ts';
import type { RoundOutcome } from '../../flow/round/round-outcome.ts';
import { invalidParams } from '../../protocol/rpc-error.ts';
import { type ServerEventListener, listening } from '../events.ts';
import type { ContextMembers, Live, RoundParts, Wrapper } from '../extension.ts';
import type { Written } from '../requests/checked-request.ts';
import type { Finished } from '../requests/finished.ts';
import { systemScope } from '../requests/runtime.ts';
import { Context } from './context.ts';
import type { FlowCall, FlowEnd } from './flow-call.ts';
import { ExtensionStanding } from './lazy-standing.ts';
import { LateRound } from './late-round.ts';
import { LiveRound, type ReadyRound } from './live-round.ts';
import { manualInput } from './manual-round.ts';
import type { RequestStates, Standing } from './request-states.ts';
import { RoundEnds } from './round-end.ts';
import { RoundReport } from './round-report.ts';

const UNAWAITED =
  'its failure would go unseen. Await it, or add .catch(() => {}) if it does not matter.';

export interface FlowRunnerOptions {
  readonly states: RequestStates;
  readonly scheduler: Scheduler;
  /** How many rounds a flow may have (F13). */
  readonly maxRounds: number;
  readonly logger: Logger;
  /** Called with what happens in flows. Default: nobody listens. */
  readonly emit: ServerEventListener | undefined;
  /** What extensions add to contexts. */
  readonly contextMembers: ContextMembers;
}

export class FlowRunner {
  readonly options: FlowRunnerOptions;
  readonly #ends: RoundEnds;
  readonly #reporter: Reporter;

  constructor(options: FlowRunnerOptions) {
    const { logger } = options;
    this.options = options;
    const warn = (call: FlowCall, what: string): void => logger.warn(lineOf(call, what));
    this.#reporter = { warn, warnOnce: warnOnce(logger) };
    this.#ends = new RoundEnds({ ...options, warn });
  }

  /** @throws RpcError the error to send; RondoError for a mistake of the author: now, or later */
  run(call: FlowCall): Promise<Written> {
    if (call.wrapper?.isLate) return this.#runLate(call, call.wrapper);
    if (call.wrapper !== undefined) return this.#runWrapped(call, call.wrapper);
    const run = (standing: Standing): Promise<Written> => this.#runAlone(call, standing);
    const opened = this.#open(call);
    return opened instanceof Promise ? opened.then(run) : run(opened);
  }

  /** A round that goes on as its extension says. */
  live(call: FlowCall, standing: Standing, parts: RoundParts = {}): Live {
    return this.#start(this.#begin(call, standing, parts), parts);
  }

  /** A round that no request asks for. */
  played(call: FlowCall, standing: Standing, parts: RoundParts = {}): Live {
    const ready = this.#begin(call, standing, parts);
    ready.context.letGo();
    return this.#start(ready, parts);
  }

  /** @param parts parts of the host that an extension has exchanged */
  begin(call: FlowCall, standing: Standing, parts?: Partial<HostParts>): ReadyRound {
    const emit = this.options.emit && listening(this.options.emit);
    const responses = readResponses(call.params['inputResponses']);
    const report = emit && new RoundReport(call, standing, this.options.scheduler, emit);
    const takesAll = standing.round === 1 && call.policy.acceptsUnsolicited;
    const own = new RoundHost(this.options.scheduler, call, standing, this.#reporter);
    const isPlain = report === undefined && parts === undefined;
    const host = isPlain ? own : withParts(own, { ...report?.hooks, ...parts });
    const unsolicited = takesAll ? responses : undefined;
    const { expired } = standing;
    const answers = expired === undefined ? responses : { ...responses, ...expired };
    const round = new Round(host, { answers, unsolicited });
    const manual = manualInput(standing.manual, responses, takesAll);
    const context = new Context(round, call.meta, call.exchange, manual);
    return { call, standing, round, manual, context, report };
  }

  play({ call, round, context, report }: ReadyRound): Promise<RoundOutcome<unknown>> {
    if (report === undefined) return round.run(() => call.handler(context));
    report.begun();
    return round.run(() => report.run(() => call.handler(context)));
  }

  /** The result as JSON text. @throws RpcError the error to send; RondoError for a mistake of the author */
  write(ready: ReadyRound, outcome: RoundOutcome<unknown>): string | Promise<string> {
    const { call, report } = ready;
    const endOf = (): FlowEnd | Promise<FlowEnd> => this.#ends.endOf(ready, outcome);
    if (report !== undefined) return report.ended(outcome, endOf, call.write);
    const end = endOf();
    return end instanceof Promise ? end.then(call.write) : call.write(end);
  }

  #begin(call: FlowCall, standing: Standing, parts: RoundParts): ReadyRound {
    const { owner: _owner, onDisconnect: _goesOn, whenSuspended: _end, handler, ...host } = parts;
    return this.begin(handler === undefined ? call : { ...call, handler }, standing, host);
  }

  #start(ready: ReadyRound, parts: RoundParts): Live {
    const live = new LiveRound(ready, parts);
    ready.context.extend(live, this.options.contextMembers);
    live.start(this);
    return live;
  }

  #runAlone(call: FlowCall, standing: Standing): Promise<Written> {
    const ready = this.begin(call, standing);
    const { inFlight } = call.exchange;
    inFlight.start(ready.round);
    return this.play(ready).then((outcome) => {
      inFlight.done();
      return this.write(ready, outcome);
    });
  }

  #runLate(call: FlowCall, wrapper: Wrapper): Promise<Written> {
    const run = (standing: Standing): Promise<Written> => {
      const late = new LateRound(this.begin(call, standing), wrapper, this);
      late.start();
      return late.reply;
    };
    const opened = this.#open(call);
    return opened instanceof Promise ? opened.then(run) : run(opened);
  }

  async #runWrapped(call: FlowCall, wrapper: Wrapper): Promise<Finished> {
    const refused = await wrapper.before?.(call);
    if (refused !== undefined) return refused;
    const standing = await this.#open(call);
    const next = (parts?: RoundParts): Live => this.live(call, standing, parts);
    if (wrapper.around === undefined) return next().finished;
    return wrapper.around(call, new ExtensionStanding(standing), next);
  }

  /** Later, if what is recorded is in a store. */
  #open(call: FlowCall): Standing | Promise<Standing> {
    readResponses(call.params['inputResponses']);
    return this.options.states.open(call);
  }
}

/** Where it is logged what authors do wrong. */
interface Reporter {
  warn(call: FlowCall, what: string): void;
  readonly warnOnce: WarnOnce;
}

/** What the engine needs for one round of a call. */
class RoundHost implements FlowHost {
  readonly scheduler: Scheduler;
  readonly scope = systemScope;
  readonly flow: Flow;
  readonly journal: Journal;
  readonly limits: FlowLimits;
  readonly onStepStart: FlowHost['onStepStart'];
  // Not `#private`: with other parts it is another object.
  private readonly call: FlowCall;
  private readonly reporter: Reporter;

  constructor(scheduler: Scheduler, call: FlowCall, standing: Standing, reporter: Reporter) {
    this.scheduler = scheduler;
    this.flow = standing.flow;
    this.journal = memoryJournal(standing.recorded);
    this.limits = call.policy.limits;
    this.onStepStart = call.exchange.onStep;
    this.call = call;
    this.reporter = reporter;
  }

  onLateCall(key: string): void {
    this.warn(`${quote(key)} was used after its round had ended`);
  }

  onUnawaitedStep(key: string): void {
    this.warn(`step ${quote(key)} was not awaited: ${UNAWAITED}`);
  }

  onUnseenFailure(key: string, error: unknown): void {
    this.warn(`step ${quote(key)} failed, not awaited: ${describeError(error)}`);
  }

  onUnrecordable(key: string, why: string): void {
    this.warn(`step ${quote(key)}: ${why}. Return plain data from it.`);
  }

  onMisuse(topic: string, what: string): void {
    this.reporter.warnOnce(topic, lineOf(this.call, what));
  }

  onCleanUpFailed(error: unknown): void {
    this.warn(`cleaning up after the round failed: ${describeError(error)}`);
  }

  onJudgingFailed(key: string, error: unknown): void {
    this.warn(`the schema of ${quote(key)} failed: ${describeError(error)}`);
  }

  private warn(what: string): void {
    this.reporter.warn(this.call, what);
  }
}

function lineOf({ method, target }: FlowCall, what: string): string {
  return `${method} ${quote(target)}: ${what}`;
}

function readResponses(responses: unknown): UnknownRecord | undefined {
  if (responses === undefined || isRecord(responses)) return responses;
  throw invalidParams('inputResponses must be an object');
}

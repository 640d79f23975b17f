/** The guard, as a store adds it to a server: rounds that run once. */
import { invalidOptions } from '../base/errors.ts';
import { isRecord } from '../base/json/json.ts';
import { callable, oneOf } from '../base/options/option-checks.ts';
import type { Check } from '../base/options/options.ts';
import { pause } from '../base/timing/pause.ts';
import { quote } from '../base/quote.ts';
import { warnOnce } from '../base/logging/warn-once.ts';
import type {
  ExtendedServer,
  Extension,
  GuardConfig,
  RegisteredItem,
  Wrapper,
} from '../server/extension.ts';
import { assertKeys } from '../stored/assert-keys.ts';
import { GuardHost, type GuardParts } from './guard-host.ts';
import { onceWrapper } from './once.ts';

/** For how long a server that closes waits for its rounds, in ms. Then they are cancelled. */
const GRACE = 25_000;
const LETTING_GO = 1_000;

/** Members of a registration. */
const GUARD_CONFIG: Readonly<Record<string, Check>> = {
  replay: oneOf('allow', 'once'),
  interrupted: oneOf('repeat', 'refuse'),
  idempotencyKey: callable,
};

/** @throws RondoError `invalid_options` */
export function guardExtension(parts: GuardParts, server: ExtendedServer): Extension {
  assertKeys(parts, server);
  const host = new GuardHost(parts, server);
  const warn = warnOnce(server.logger);
  return {
    reads: GUARD_CONFIG,
    register: (item) => {
      const config = item.config as GuardConfig;
      if (config.replay === 'once') return once(host, item);
      if (config.interrupted !== undefined) throw needsOnce(item, 'interrupted', "replay: 'once'");
      if (config.idempotencyKey !== undefined && !isTask(item)) {
        throw needsOnce(item, 'idempotencyKey', "replay: 'once', or task: 'always' or 'required'");
      }
      if (config.replay === undefined && doesHarmAgain(item)) {
        warn(`destructive ${item.target}`, DESTRUCTIVE(quote(item.target)));
      }
      return undefined;
    },
    start: (port) => void (host.port = port),
    close: () => closeRounds(host),
  };
}

function once(host: GuardHost, { method, target, config }: RegisteredItem): Wrapper {
  const { isVolatile, singleProcess } = host.parts;
  const what = `replay: 'once' of ${method} ${quote(target)}`;
  if (config['unsolicited'] === 'accept') {
    throw invalidOptions(`${what} and unsolicited: 'accept' exclude each other.`);
  }
  if (isVolatile && host.server.hasKeys && !singleProcess) {
    throw invalidOptions(
      `${what} needs a store that all instances share: there are keys, so there may be several. ` +
        'If there is one process, say so: memoryStore({ singleProcess: true }).',
    );
  }
  // What is wrong with the store is in the log from the start on, and not from the first call on.
  void host.seal.catch((error) => host.warn(error));
  return onceWrapper(host, config as GuardConfig);
}

function needsOnce({ method, target }: RegisteredItem, member: string, what: string): Error {
  return invalidOptions(`'${member}' of ${method} ${quote(target)} needs ${what}.`);
}

function isTask({ config }: RegisteredItem): boolean {
  return config['task'] === 'required' || config['task'] === 'always';
}

/** By its hints: what is idempotent does nothing more when it is called again. */
function doesHarmAgain({ config: { annotations } }: RegisteredItem): boolean {
  if (!isRecord(annotations) || annotations['destructiveHint'] !== true) return false;
  return annotations['idempotentHint'] !== true;
}

const DESTRUCTIVE = (tool: string): string =>
  `Tool ${tool} is destructive, and its rounds may be sent again. Register it with replay: 'once', ` +
  `or with replay: 'allow' if that does no harm.`;

/** Rounds go on to their end, or are left to the next attempt. */
async function closeRounds({ running }: GuardHost): Promise<void> {
  const { signal } = new AbortController();
  const haveEnded = async (ms: number): Promise<void> => {
    const end = performance.now() + ms;
    while (running.size > 0 && performance.now() < end) await pause(10, signal);
  };
  await haveEnded(GRACE);
  for (const round of running) round.cancel('the server shuts down');
  await haveEnded(LETTING_GO);
}

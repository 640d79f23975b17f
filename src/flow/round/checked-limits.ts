import { invalidOptions } from '../../base/errors.ts';
import { either, positive, timer } from '../../base/options/option-checks.ts';
import { type Check, type OptionSet, readOptions } from '../../base/options/options.ts';
import { DEFAULT_LIMITS, type FlowLimits, type HostParts } from './host.ts';

const timerOrNone: Check = either(
  'a whole number of ms that a timer can run, or Infinity',
  timer,
  (value) => (value === Infinity ? undefined : 'is not'),
);

const LIMITS: OptionSet<Pick<HostParts, 'limits'>> = {
  of: 'Round',
  table: {
    limits: { roundTimeout: timerOrNone, orderGrace: timer, sendings: positive, entries: positive },
  },
};

const NAMES = Object.keys(DEFAULT_LIMITS) as (keyof FlowLimits)[];

/** A host has the same limits for many rounds: they are checked once. */
const sound = new WeakSet<object>();

/**
 * A limit that is no number would be none: every comparison with it fails.
 *
 * @throws RondoError `invalid_options` naming the limit
 */
export function assertLimits(limits: FlowLimits): void {
  if (sound.has(limits)) return;
  const read: { limits?: Partial<FlowLimits> } = readOptions(LIMITS, { limits });
  for (const name of NAMES) {
    if (read.limits?.[name] === undefined) {
      throw invalidOptions(`Option 'limits.${name}' of Round is missing; see DEFAULT_LIMITS.`);
    }
  }
  sound.add(limits);
}

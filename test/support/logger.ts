import type { Logger } from '../../src/base/logging/logger.ts';

/** For tests in which something is logged that is of no interest. */
export const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** A logger that adds its warnings to a list. */
export function warningsTo(warnings: string[]): Logger {
  return { ...silent, warn: (message) => void warnings.push(message) };
}

/** A logger that adds its errors to a list. */
export function errorsTo(errors: string[]): Logger {
  return { ...silent, error: (message) => void errors.push(message) };
}

import { nearest } from '../../base/options/nearest.ts';
import { cleanLine } from './clean.ts';

/** `Did you mean 'x'?`, for the one of `names` that is nearest to a name which there is not; or nothing. */
export function meant(name: string, names: readonly string[]): string {
  const known = nearest(name, names);
  return known === undefined ? '' : `Did you mean '${cleanLine(known)}'?`;
}

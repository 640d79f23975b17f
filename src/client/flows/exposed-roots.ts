import { invalidOptions } from '../../base/errors.ts';
import { isRecord } from '../../base/json/json.ts';
import type { Root } from '../../protocol/types/sampling.ts';

/**
 * The roots in the form that servers see: `..` is resolved (RO-2).
 *
 * @throws RondoError `invalid_options` for a root that {@link rootProblem} finds something wrong with
 */
export function exposedRoots(roots: readonly Root[]): Root[] {
  return roots.map((root) => {
    const problem = rootProblem(root);
    if (problem !== undefined) throw invalidOptions(`${problem}.`);
    return { ...root, uri: new URL(root.uri).href };
  });
}

/** What is wrong with a root that is not a `file:` URI, or has an encoded separator in its path. */
export function rootProblem(root: unknown): string | undefined {
  if (!isRecord(root) || typeof root['uri'] !== 'string')
    return 'A root must be an object with a uri';
  const { uri } = root;
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  if (url?.protocol !== 'file:') return `Root '${uri}' is not a file: URI`;
  const isEncoded = /%(?:2f|5c|00)/i.test(url.pathname);
  return isEncoded ? `Root '${uri}' has an encoded separator in its path` : undefined;
}

import { invalidOptions } from '../../base/errors.ts';
import type { Root } from '../../protocol/sampling.ts';

/**
 * The roots in the form that servers see: `..` is resolved (RO-2).
 *
 * @throws RondoError `invalid_options` for a root that is not a `file:` URI, or has an encoded
 *   separator in its path
 */
export function exposedRoots(roots: readonly Root[]): Root[] {
  return roots.map((root) => {
    const url = URL.canParse(root.uri) ? new URL(root.uri) : undefined;
    if (url?.protocol !== 'file:') throw invalidOptions(`Root '${root.uri}' is not a file: URI.`);
    if (/%(?:2f|5c|00)/i.test(url.pathname)) {
      throw invalidOptions(`Root '${root.uri}' has an encoded separator in its path.`);
    }
    return { ...root, uri: url.href };
  });
}

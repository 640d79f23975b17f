import { invalidOptions } from '../../base/errors.ts';
import type { Root } from '../../protocol/sampling.ts';

/**
 * What a server is told of the roots: `..` is resolved, so that it sees what is meant (RO-2).
 *
 * @throws RondoError `invalid_options` for what is no `file:` URI, or hides a separator in it
 */
export function exposedRoots(roots: readonly Root[]): Root[] {
  return roots.map((root) => {
    const url = URL.canParse(root.uri) ? new URL(root.uri) : undefined;
    if (url?.protocol !== 'file:') throw invalidOptions(`Root '${root.uri}' is no file: URI.`);
    if (/%(?:2f|5c|00)/i.test(url.pathname)) {
      throw invalidOptions(`Root '${root.uri}' has an encoded separator in its path.`);
    }
    return { ...root, uri: url.href };
  });
}

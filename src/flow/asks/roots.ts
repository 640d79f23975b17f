import { parseUrl } from '../../base/parse-url.ts';
import { isRecord } from '../../base/json/json.ts';
import type { Root } from '../../protocol/types/sampling.ts';
import type { Checked } from '../../schema/json/checked.ts';
import type { Ask } from './ask.ts';
import { notUnderstood } from './answer.ts';

export function rootsAsk(key: string): Ask<Root[]> {
  return {
    kind: 'roots',
    key,
    question: '',
    needs: { roots: {} },
    acceptsUnsolicited: true,
    render: () => ({ method: 'roots/list', params: {} }),
    judge: judgeRoots,
    revive: (value) => value as Root[],
  };
}

/** Roots must be `file://` URIs (RO-1). Members other than `uri` and `name` are dropped. */
function judgeRoots(answer: unknown): Checked {
  const roots = isRecord(answer) ? answer['roots'] : undefined;
  if (!Array.isArray(roots) || !roots.every(isRoot)) return notUnderstood;
  return { ok: true, value: roots.map(({ uri, name }) => ({ uri, ...(name && { name }) })) };
}

function isRoot(root: unknown): root is Root {
  if (!isRecord(root)) return false;
  const { uri, name } = root;
  return (
    typeof uri === 'string' &&
    uri.startsWith('file://') &&
    parseUrl(uri) !== undefined &&
    (name === undefined || typeof name === 'string')
  );
}

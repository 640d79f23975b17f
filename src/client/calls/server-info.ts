import { type UnknownRecord, isRecord } from '../../base/json/json.ts';
import { MetaKey } from '../../protocol/names/meta.ts';
import type { Implementation } from '../../protocol/results.ts';

/** Name and version of the server, from a result. Not verified (EN-13). */
export function serverInfoOf(result: UnknownRecord): Implementation | undefined {
  const meta = result['_meta'];
  const info = isRecord(meta) ? meta[MetaKey.serverInfo] : undefined;
  return isRecord(info) && typeof info['name'] === 'string' ? (info as never) : undefined;
}

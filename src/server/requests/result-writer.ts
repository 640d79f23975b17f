import { writeJson } from '../../base/json/well-formed-json.ts';
import { MetaKey } from '../../protocol/names/meta.ts';
import type { Implementation, Result } from '../../protocol/results.ts';
import { type UnknownRecord, isRecord } from '../../base/json/json.ts';

/** Writes results, each with its type and the server's name and version (EN-2, EN-13). */
export class ResultWriter {
  readonly #serverInfo: Implementation;
  readonly #stamp: string;

  constructor(serverInfo: Implementation) {
    this.#serverInfo = serverInfo;
    const meta = writeJson({ [MetaKey.serverInfo]: serverInfo });
    this.#stamp = `{"resultType":"complete","_meta":${meta}`;
  }

  /** A complete result as JSON text. */
  complete(given: Result): string {
    const result = ownMembers(given);
    if (result._meta !== undefined || result.resultType !== undefined) {
      return this.typed('complete', result);
    }
    const members = writeJson(result);
    return members === '{}' ? `${this.#stamp}}` : `${this.#stamp},${members.slice(1)}`;
  }

  /** A result of another type as JSON text. */
  typed(resultType: string, given: Result): string {
    const result = ownMembers(given);
    const _meta: UnknownRecord = { ...result._meta, [MetaKey.serverInfo]: this.#serverInfo };
    return writeJson({ ...result, resultType, _meta });
  }
}

/** The members of a result are added to: one that writes itself is asked first. */
function ownMembers(result: Result): Result {
  const { toJSON } = result as { toJSON?: unknown };
  if (typeof toJSON !== 'function') return result;
  const members: unknown = toJSON.call(result, '');
  if (isRecord(members) && typeof members['toJSON'] !== 'function') return members;
  throw new TypeError('toJSON() of the result returned something else than an object');
}

/** A flow in a file, to go on with later: where its server is, and where it stands. */
import type { FlowSnapshot } from '../../client/flows/snapshot.ts';
import { isRecord, parseJson } from '../../base/json.ts';
import type { Implementation } from '../../protocol/results.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { UsageError } from '../failure.ts';
import type { ServerAddress } from '../target/target.ts';

export interface SavedFlow {
  /** Of this shape, so that a later version can tell. */
  readonly format: 1;
  readonly address: ServerAddress;
  /** Names of the variables that a program is handed on; the values are never saved. */
  readonly env: readonly string[];
  readonly roots: readonly string[];
  /** Whether headers were sent, which are never saved. */
  readonly hadHeaders: boolean;
  /** Who asked, as it describes itself. */
  readonly server?: Implementation;
  /** Keys of questions that were refused in rounds before. */
  readonly refused: readonly string[];
  readonly flow: FlowSnapshot;
}

/** @throws UsageError for text that is no saved flow, or one that this version cannot go on with */
export function parseSavedFlow(text: string, path: string): SavedFlow {
  const value = parseJson(text);
  const flow = isRecord(value) ? value['flow'] : undefined;
  if (!isRecord(value) || !isRecord(value['address']) || !isRecord(flow)) {
    throw new UsageError(`${path} is not a flow that rondo has saved.`);
  }
  if (value['format'] !== 1 || flow['format'] !== 1 || flow['era'] !== PROTOCOL_VERSION) {
    throw new UsageError(`${path} is from another version of rondo; go on with that one.`);
  }
  return value as unknown as SavedFlow;
}

/**
 * A flow in a file, to be continued later: the address of its server, and where the flow stands.
 */
import type { FlowSnapshot } from '../../client/flows/snapshot.ts';
import { type UnknownRecord, isRecord, parseJson } from '../../base/json/json.ts';
import type { Implementation } from '../../protocol/results.ts';
import { OLD_VERSIONS, PROTOCOL_VERSION } from '../../protocol/names/version.ts';
import { UsageError } from '../failure.ts';
import type { Draft } from '../questions/answerer.ts';
import type { ServerAddress } from '../target/target.ts';

export interface SavedFlow {
  /** Version of this shape. */
  readonly format: 1;
  readonly address: ServerAddress;
  /** Names of the environment variables that a program gets; their values are never saved. */
  readonly env: readonly string[];
  readonly roots: readonly string[];
  /** Whether headers were sent, which are never saved. */
  readonly hadHeaders: boolean;
  /** Name and version of the server. Not verified. */
  readonly server?: Implementation;
  /** Keys of questions that were refused in rounds before. */
  readonly refused: readonly string[];
  /** What has been filled in of forms that are not answered yet. */
  readonly drafts?: Drafts;
  readonly flow: FlowSnapshot;
}

/** By the key of the question. */
export type Drafts = Readonly<Record<string, Draft>>;

function isAddress({ url, command, args, cwd }: UnknownRecord): boolean {
  if (typeof url === 'string') return URL.canParse(url);
  return typeof command === 'string' && areTexts(args) && typeof cwd === 'string';
}

function areTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

/** What each part has to be; those of the flow itself are checked where it is resumed. */
const PARTS: Readonly<Record<string, (value: unknown) => boolean>> = {
  env: areTexts,
  roots: areTexts,
  refused: areTexts,
  hadHeaders: (value) => typeof value === 'boolean',
  server: (value) => value === undefined || isRecord(value),
  drafts: (value) =>
    value === undefined || (isRecord(value) && Object.values(value).every(isRecord)),
};

/** What an old server has answered is complete, or it is not saved. */
function isOfThisVersion({ era, status }: UnknownRecord): boolean {
  return (
    era === PROTOCOL_VERSION || (OLD_VERSIONS.includes(era as string) && status === 'complete')
  );
}

/** @throws UsageError for text that is not a saved flow, or is one of another version */
export function parseSavedFlow(text: string, path: string): SavedFlow {
  const value = parseJson(text);
  const flow = isRecord(value) ? value['flow'] : undefined;
  if (!isRecord(value) || !isRecord(value['address']) || !isRecord(flow)) {
    throw new UsageError(`${path} is not a flow that rondo has saved.`);
  }
  if (!isAddress(value['address']))
    throw new UsageError(`${path} does not say which server it is for.`);
  if (value['format'] !== 1 || flow['format'] !== 1 || !isOfThisVersion(flow)) {
    throw new UsageError(`${path} is from another version of rondo. Continue it with that one.`);
  }
  const damaged = Object.keys(PARTS).find((name) => !PARTS[name]!(value[name]));
  if (damaged !== undefined) {
    throw new UsageError(`${path} is damaged: its '${damaged}' is not what rondo saves.`);
  }
  return value as unknown as SavedFlow;
}

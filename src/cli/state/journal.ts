/**
 * What a state remembers, read for showing it. The rows are those that the flow engine writes
 * (flow/journal-json.ts), which a command has no business to load; a test holds the two together.
 */
import type { JsonValue } from '../../protocol/json.ts';

export interface ShownEntry {
  readonly kind: string;
  readonly key: string;
  /** When the handler saw it, in ms since the flow began; absent if it has not yet. */
  readonly at?: number;
  readonly outcome: 'value' | 'error' | 'answer';
  readonly content: JsonValue;
}

export interface ShownQuestion {
  readonly kind: string;
  readonly key: string;
  /** How often it has been sent. */
  readonly sendings: number;
}

export interface ShownContent {
  readonly capabilities: JsonValue;
  readonly questions: readonly ShownQuestion[];
  readonly journal: readonly ShownEntry[];
  /** What a handler that does it by hand has left to itself. */
  readonly byHand?: JsonValue;
}

type EntryRow = readonly [string, string, number | null, number, JsonValue];
type AskedRow = readonly [string, string, string, number];
type ContentRow = readonly [JsonValue, readonly [EntryRow[], AskedRow[]], JsonValue];

const KINDS: Record<string, string> = {
  f: 'form',
  u: 'url',
  s: 'sample',
  r: 'roots',
  c: 'checkpoint',
  t: 'step',
};

const OUTCOMES = ['value', 'error', 'answer'] as const;

/** Takes for granted that it was written by this version: only the server's own states open. */
export function readContent(content: JsonValue): ShownContent {
  const [capabilities, [entries, asked], byHand] = content as unknown as ContentRow;
  return {
    capabilities,
    questions: asked.map(([kind, key, , sendings]) => ({ kind: kindOf(kind), key, sendings })),
    journal: entries.map(toEntry),
    ...(byHand !== null && { byHand }),
  };
}

function toEntry([kind, key, at, outcome, content]: EntryRow): ShownEntry {
  return {
    kind: kindOf(kind),
    key,
    ...(at !== null && { at }),
    outcome: OUTCOMES[outcome]!,
    content,
  };
}

function kindOf(letter: string): string {
  return KINDS[letter] ?? letter;
}

/** Reads the content of a state, to show it. */
import type { Outcome } from '../../flow/journal/journal.ts';
import { readJournal } from '../../flow/journal/journal-json.ts';
import type { JsonValue } from '../../base/json/json.ts';

export interface ShownEntry {
  readonly kind: string;
  readonly key: string;
  /** When the handler saw it, in ms since the flow began; absent if it has not yet. */
  readonly at?: number;
  readonly outcome: Outcome['type'];
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
  /** What a manual round has left for the next. */
  readonly manual?: JsonValue;
}

/** Does not check the content: a state that can be opened was written by a Rondo server. */
export function readContent(content: JsonValue): ShownContent {
  const [capabilities, journal, manual] = content as [JsonValue, JsonValue, JsonValue];
  const { entries, asked } = readJournal(journal);
  return {
    capabilities,
    questions: asked.map(({ kind, key, sendings }) => ({ kind, key, sendings })),
    journal: entries.map(({ kind, key, at, outcome }) => ({
      kind,
      key,
      ...(at !== undefined && { at }),
      outcome: outcome.type,
      content: contentOf(outcome),
    })),
    ...(manual !== null && { manual }),
  };
}

function contentOf(outcome: Outcome): JsonValue {
  if (outcome.type === 'value') return outcome.value;
  if (outcome.type === 'error') return outcome.error as unknown as JsonValue;
  return outcome.type === 'expired' ? null : (outcome.answer as JsonValue);
}

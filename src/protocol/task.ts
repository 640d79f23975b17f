/** A task as a server shows it. Page: the extension's `specification/2026-07-28/tasks.md`. */
import type { JsonValue, UnknownRecord } from '../base/json/json.ts';
import type { InputRequests } from './results.ts';

/** The id and the status have been checked; the rest is as the server has sent it. */
export interface Task {
  readonly taskId: string;
  readonly status: 'working' | 'input_required' | 'completed' | 'failed' | 'cancelled';
  /** How far it is, in the server's words. */
  readonly statusMessage?: string;
  /** ISO 8601. */
  readonly createdAt?: string;
  /** ISO 8601. */
  readonly lastUpdatedAt?: string;
  /** How long it is kept from its creation on, in ms; `null` for as long as the server likes. */
  readonly ttlMs?: number | null;
  /** How often to look at it, in ms. */
  readonly pollIntervalMs?: number;
  /** The open questions, by key; with `input_required`. */
  readonly inputRequests?: InputRequests;
  /** With `completed`. */
  readonly result?: UnknownRecord;
  /** With `failed`. */
  readonly error?: { readonly code: number; readonly message: string; readonly data?: JsonValue };
}

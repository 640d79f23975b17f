import type { JsonRpcRequest } from '../../../protocol/types/jsonrpc.ts';
import type { Received, Transport } from '../../../protocol/transport.ts';
import type { Verdicts } from './verdicts.ts';
import type { OldWire, WireListener } from '../wires/wire.ts';

/** What an answer to the discovery says of a server. */
export type Finding =
  | { readonly era: 'modern'; readonly response: Received }
  /** `why`: the error for a caller who wants no older server. */
  | { readonly era: 'old'; readonly why: unknown }
  /** The server refused to answer, for a reason that says nothing of its revision. */
  | { readonly era: undefined; readonly response: Received };

/** Reaches one server, in either revision of the protocol. */
export interface Connector {
  /** Speaks this revision. */
  readonly modern: Transport;
  /** Whether even a client that wants no older server has to send the discovery first (IO-9). */
  readonly mustDiscover: boolean;
  readonly verdicts: Verdicts;
  /** What the verdict on the server is kept under. */
  readonly server: string;
  /**
   * Sends the discovery.
   *
   * @param mayBeOld whether servers of earlier revisions are looked for
   * @throws RondoError for failures that say nothing of the server's revision
   */
  discover(request: JsonRpcRequest, mayBeOld: boolean, signal: AbortSignal): Promise<Finding>;
  /** Carries messages of a new session of the old protocol. */
  openWire(listener: WireListener): Promise<OldWire>;
  close(): Promise<void>;
}

import { type ClientCapabilities, missingCapabilities } from '../../protocol/capabilities.ts';
import type { Implementation } from '../../protocol/results.ts';

/** The client: what it says of itself, and what it can be asked. */
export interface ClientView {
  /** Name and version. Not verified: for display and logs only. */
  readonly info: Implementation | undefined;
  readonly capabilities: ClientCapabilities;
  /** Whether the client declared all of `required`. The same in every round of a flow. */
  supports(required: ClientCapabilities): boolean;
}

export function clientView(
  info: Implementation | undefined,
  capabilities: ClientCapabilities,
): ClientView {
  return {
    info,
    capabilities,
    supports: (required) => missingCapabilities(required, capabilities) === undefined,
  };
}

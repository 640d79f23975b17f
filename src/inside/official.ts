/** The official server 2.4, as far as flows inside it need it. Nothing of its package is loaded. */
import type { UnknownRecord } from '../base/json/json.ts';

/** The context that the official server gives to its callbacks. */
export interface OfficialContext {
  readonly mcpReq: {
    readonly id: string | number;
    readonly _meta?: object;
    readonly envelope?: object;
    readonly inputResponses?: UnknownRecord;
    readonly signal: AbortSignal;
    requestState(): unknown;
    notify(notification: { method: string; params?: UnknownRecord }): Promise<void>;
  };
}

/** The context that it gives to what verifies a state. The signal is that of the later context. */
export interface VerifyingContext {
  readonly mcpReq: Pick<OfficialContext['mcpReq'], 'signal'>;
}

/**
 * Registers what the official `McpServer` offers. The capabilities are those of this revision; their type
 * there says that members may be `undefined`, which not all settings of TypeScript take for absent.
 */
export interface OfficialServer {
  readonly server: { getClientCapabilities(): object | undefined };
  registerTool(...args: never[]): unknown;
  registerPrompt(...args: never[]): unknown;
  registerResource(...args: never[]): unknown;
}

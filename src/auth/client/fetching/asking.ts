/** How servers are asked. */
export interface Asking {
  readonly fetch?: typeof globalThis.fetch | undefined;
  readonly allowHosts?: readonly string[] | undefined;
}

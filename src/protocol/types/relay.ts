/**
 * Carries texts between all instances of a server, as Redis pub/sub or NATS do. What is sent is
 * sealed: it shows nothing, and texts of others are ignored. A text may be lost, come twice, or come
 * back to the instance that sent it.
 */
export interface Relay {
  /** Sends a text to all instances. It may return a promise. */
  publish(text: string): unknown;
  /**
   * Calls `onText` for each text that any instance sends from now on. Returns what ends that, or a
   * promise of it. Called while an instance has open listen streams.
   */
  subscribe(onText: (text: string) => void): (() => unknown) | PromiseLike<() => unknown>;
}

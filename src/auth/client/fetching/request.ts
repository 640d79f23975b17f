/** A request to a server that is not trusted. */
export interface Request {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly signal: AbortSignal;
  /** Larger responses are refused. */
  readonly maxBytes: number;
}

/** Its response. */
export interface Asked {
  readonly status: number;
  readonly text: string;
}

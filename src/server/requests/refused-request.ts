import { RpcError } from '../../protocol/rpc-error.ts';

/** An error whose reply has an HTTP status, and headers, of its own. */
export class RefusedRequest extends RpcError {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>> | undefined;

  constructor(
    status: number,
    error: { readonly code: number; readonly message: string },
    headers?: Readonly<Record<string, string>>,
  ) {
    super(error.code, error.message);
    this.status = status;
    this.headers = headers;
  }
}

/** One request of this revision, which is served by a request of the old protocol, or by a part of one. */
import { isRecord } from '../../../base/json/json.ts';
import type {
  JsonRpcNotification,
  JsonRpcRequest,
  RequestId,
} from '../../../protocol/types/jsonrpc.ts';
import { MetaKey } from '../../../protocol/names/meta.ts';
import { Notification } from '../../../protocol/names/methods.ts';
import { isRequestId } from '../../../protocol/parse.ts';
import { type LogLevel, isLogLevel } from '../../../protocol/results.ts';
import type { RequestOptions } from '../../../protocol/transport.ts';
import { isLogWanted } from '../sessions/log-levels.ts';

export class Round {
  readonly message: JsonRpcRequest;
  readonly progressToken: RequestId | undefined;
  readonly logLevel: LogLevel | undefined;
  readonly #options: RequestOptions;

  constructor(message: JsonRpcRequest, options: RequestOptions) {
    const meta = isRecord(message.params?.['_meta']) ? message.params['_meta'] : {};
    const { progressToken, [MetaKey.logLevel]: logLevel } = meta;
    this.message = message;
    this.progressToken = isRequestId(progressToken) ? progressToken : undefined;
    this.logLevel = isLogLevel(logLevel) ? logLevel : undefined;
    this.#options = options;
  }

  get signal(): AbortSignal {
    return this.#options.signal;
  }

  /** Passes on what it has asked for. */
  onNotification({ method, params }: JsonRpcNotification): void {
    if (method === Notification.progress && this.progressToken !== undefined) {
      this.#send(method, { ...params, progressToken: this.progressToken });
    } else if (method === Notification.message && isLogWanted(params?.['level'], this.logLevel)) {
      this.#send(method, { ...params });
    }
  }

  #send(method: string, params: JsonRpcNotification['params'] & object): void {
    this.#options.onNotification?.({ jsonrpc: '2.0', method, params });
  }
}

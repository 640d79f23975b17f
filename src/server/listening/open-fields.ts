import { type UnknownRecord, isRecord } from '../../base/json.ts';
import type { ListenField, ListenOut, OpenField } from '../extension.ts';
import type { CheckedRequest } from '../requests/checked-request.ts';

/** The fields of one listen stream that extensions have added. */
export class OpenFields {
  readonly #open: [name: string, field: OpenField][] = [];
  #send: ListenOut['send'] | undefined;
  #end: (() => void) | undefined;

  /** @throws RpcError if an extension refuses the subscription; then none of its fields is open */
  static async open(fields: readonly ListenField[], request: CheckedRequest): Promise<OpenFields> {
    const opened = new OpenFields();
    await opened.#begin(fields, request);
    return opened;
  }

  async #begin(fields: readonly ListenField[], request: CheckedRequest): Promise<void> {
    const filter = request.params['notifications'];
    const out: ListenOut = {
      send: (method, params) => this.#send?.(method, params),
      end: () => this.#end?.(),
    };
    try {
      for (const field of fields) {
        const value = isRecord(filter) ? filter[field.name] : undefined;
        const opened = value === undefined ? undefined : await field.open(value, request, out);
        if (opened !== undefined) this.#open.push([field.name, opened]);
      }
    } catch (error) {
      this.close();
      throw error;
    }
  }

  get acknowledged(): UnknownRecord {
    return Object.fromEntries(this.#open.map(([name, field]) => [name, field.acknowledged]));
  }

  /** The acknowledgement has been sent. */
  start(send: ListenOut['send'], end: () => void): void {
    this.#send = send;
    this.#end = end;
    for (const [, field] of this.#open) field.start?.();
  }

  close(): void {
    this.#send = undefined;
    this.#end = undefined;
    for (const [, field] of this.#open.splice(0)) field.close();
  }
}

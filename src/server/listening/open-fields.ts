import { type UnknownRecord, isRecord } from '../../base/json/json.ts';
import { notifyListener } from '../../base/listener.ts';
import type { ListenField, ListenOut, OpenField, ScopedUse } from '../extension.ts';
import type { CheckedRequest } from '../requests/checked-request.ts';

/** What the fields of a filter name, if that may need scopes. */
export async function usesOfFields(
  fields: readonly ListenField[],
  request: CheckedRequest,
): Promise<readonly ScopedUse[]> {
  const uses: ScopedUse[] = [];
  for (const field of fields) {
    const value = valueOf(field, request);
    if (value !== undefined) uses.push(...((await field.uses?.(value, request)) ?? []));
  }
  return uses;
}

function valueOf({ name }: ListenField, { params }: CheckedRequest): unknown {
  const filter = params['notifications'];
  return isRecord(filter) ? filter[name] : undefined;
}

/** The fields of one listen stream that extensions have added. */
export class OpenFields {
  readonly #open: [name: string, field: OpenField][] = [];
  readonly #onUnclosed: (error: unknown) => void;
  #send: ListenOut['send'] | undefined;
  #end: (() => void) | undefined;

  /** @param onUnclosed called with what a field throws when it is closed */
  constructor(onUnclosed: (error: unknown) => void) {
    this.#onUnclosed = onUnclosed;
  }

  /** @throws RpcError if an extension refuses the subscription; then none of its fields is open */
  async open(fields: readonly ListenField[], request: CheckedRequest): Promise<void> {
    const out: ListenOut = {
      send: (method, params) => this.#send?.(method, params),
      end: () => this.#end?.(),
    };
    try {
      for (const field of fields) {
        const value = valueOf(field, request);
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

  /**
   * The acknowledgement has been sent.
   *
   * @param fail called with what a field throws, now or later
   */
  start(send: ListenOut['send'], end: () => void, fail: (error: unknown) => void): void {
    this.#send = send;
    this.#end = end;
    for (const [, field] of this.#open) notifyListener(() => field.start?.(), fail);
  }

  /** Each is closed, whatever another throws. */
  close(): void {
    this.#send = undefined;
    this.#end = undefined;
    for (const [, field] of this.#open.splice(0)) {
      notifyListener(() => field.close(), this.#onUnclosed);
    }
  }
}

/** All extensions of one server, as one. */
import type { Check } from '../base/options/options.ts';
import { type UnknownRecord, isRecord } from '../base/json/json.ts';
import type { ServerEventListener } from './events.ts';
import type {
  BackgroundWork,
  ContextMembers,
  Extension,
  ExtensionMethod,
  LargeJournals,
  ListenField,
  RegisteredItem,
  ServerPort,
  Wrapper,
} from './extension.ts';
import { composeWrappers } from './flows/composed-wrapper.ts';

export class Extensions {
  readonly #all: readonly Extension[];

  constructor(all: readonly Extension[]) {
    this.#all = all;
  }

  /** Members of a registration's config that they read. */
  get reads(): Readonly<Record<string, Check>> {
    return Object.assign({}, ...this.#all.map((each) => each.reads));
  }

  get methods(): readonly [name: string, method: ExtensionMethod][] {
    return this.#all.flatMap((each) => Object.entries(each.methods ?? {}));
  }

  get listenFields(): readonly ListenField[] {
    return this.#all.flatMap((each) => each.listen ?? []);
  }

  /** The first extension that has a member answers for all. */
  get contextMembers(): ContextMembers {
    return this.#all.reduceRight<ContextMembers>(
      (all, { context }) => ({ ...all, ...context }),
      {},
    );
  }

  get journals(): LargeJournals | undefined {
    return this.#all.find((each) => each.journals !== undefined)?.journals;
  }

  /** The first that works in the background. */
  get work(): BackgroundWork | undefined {
    return this.#all.find((each) => each.work !== undefined)?.work;
  }

  get listeners(): readonly ServerEventListener[] {
    return this.#all.flatMap((each) => (each.on ? [each.on.bind(each)] : []));
  }

  /** `own` and what they add; what is under `extensions` in both is put together. */
  capabilities(own: UnknownRecord): UnknownRecord {
    const added = this.#all.map((each) => each.capabilities?.() ?? {});
    const together = [own, ...added].map(({ extensions }) => extensions).filter(isRecord);
    if (together.length === 0) return Object.assign({}, own, ...added);
    return Object.assign({}, own, ...added, { extensions: Object.assign({}, ...together) });
  }

  /** What they do around calls of something that is registered; `undefined` for nothing. */
  wrapperFor(item: RegisteredItem): Wrapper | undefined {
    return composeWrappers(this.#all.flatMap((each) => each.register?.(item) ?? []));
  }

  start(server: ServerPort): void {
    for (const each of this.#all) each.start?.(server);
  }

  async close(): Promise<void> {
    const closing = this.#all.map(async (each) => each.close?.());
    const failed = (await Promise.allSettled(closing)).find(({ status }) => status === 'rejected');
    if (failed !== undefined) throw (failed as PromiseRejectedResult).reason;
  }
}

/** The tools whose tasks this server can run, under all their names (K14). */
import { type RondoError, invalidOptions } from '../base/errors.ts';
import { quote } from '../base/quote.ts';
import type { RegisteredItem, TaskConfig, ToolView } from '../server/extension.ts';
import type { Claimable } from './contract.ts';
import type { KnownTools, TaskHost } from './runs/task-host.ts';

export class Tools implements KnownTools {
  readonly #host: TaskHost;
  readonly #configs = new Map<string, TaskConfig>();

  constructor(host: TaskHost) {
    this.#host = host;
  }

  /** @throws RondoError `invalid_options` for a name that would be of two tools */
  add({ target, was, config }: RegisteredItem): void {
    const { aliases = [] } = config as TaskConfig;
    this.#forgetRemoved();
    for (const [name, other] of this.#configs) {
      if (name === target || name === was) continue;
      const names = [name, ...(other.aliases ?? [])];
      const taken = [target, ...aliases].find((each) => names.includes(each));
      if (taken !== undefined) throw isTaken(taken, target, name);
    }
    this.#configs.set(target, config as TaskConfig);
  }

  /** Tools may come and go for as long as a server lives. */
  #forgetRemoved(): void {
    for (const name of this.#configs.keys()) {
      if (!this.#isRegistered(name)) this.#configs.delete(name);
    }
  }

  /** The tool that is registered now as `target`, or continues its tasks. */
  named(target: string): { readonly name: string; readonly view: ToolView } | undefined {
    const own = this.#host.port.tool(target);
    if (own !== undefined) return { name: target, view: own };
    for (const [name, { aliases = [] }] of this.#configs) {
      const view = aliases.includes(target) ? this.#host.port.tool(name) : undefined;
      if (view !== undefined) return { name, view };
    }
    return undefined;
  }

  /** Whether a tool is registered now whose tasks models follow with tools. */
  get haveStatusTools(): boolean {
    const wants = [...this.#configs].filter(([, config]) => config.withoutTasks === 'tools');
    return wants.some(([name]) => this.#isRegistered(name));
  }

  #isRegistered(name: string): boolean {
    return this.#host.port.tool(name) !== undefined;
  }

  /** The names, old ones too, of tools that every caller may use. */
  get openTargets(): readonly string[] {
    const open = [...this.#views()].filter(([, { isOpen }]) => isOpen);
    return open.map(([target]) => target);
  }

  async claimable(): Promise<Claimable> {
    const views = [...this.#views()];
    const targets = new Map(views.map(([target, { versions }]) => [target, versions]));
    const { keyIds } = await this.#host.seal;
    return { audience: this.#host.server.audience, targets, keyIds };
  }

  *#views(): Iterable<readonly [target: string, view: ToolView]> {
    for (const [name, { aliases = [] }] of this.#configs) {
      for (const target of [name, ...aliases]) {
        const tool = this.named(target);
        if (tool !== undefined) yield [target, tool.view];
      }
    }
  }
}

function isTaken(name: string, tool: string, other: string): RondoError {
  return invalidOptions(
    `${quote(name)} would be a name of the tools ${quote(tool)} and ${quote(other)}: tasks under a name, or an ` +
      'alias, are of one tool.',
  );
}

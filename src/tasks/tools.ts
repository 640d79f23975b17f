/** The tools whose tasks this server can run, under all their names (K14). */
import type { RegisteredItem, TaskConfig, ToolView } from '../server/extension.ts';
import type { Claimable } from './contract.ts';
import type { KnownTools, TaskHost } from './runs/task-host.ts';

export class Tools implements KnownTools {
  readonly #host: TaskHost;
  readonly #configs = new Map<string, TaskConfig>();

  constructor(host: TaskHost) {
    this.#host = host;
  }

  add({ target, config }: RegisteredItem): void {
    this.#configs.set(target, config as TaskConfig);
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
    return wants.some(([name]) => this.#host.port.tool(name) !== undefined);
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

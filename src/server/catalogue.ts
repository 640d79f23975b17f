/**
 * All registered tools, prompts, resources and templates, their lists, and the capabilities to
 * advertise.
 */
import type { ServerCapabilities } from '../protocol/capabilities.ts';
import type { UnknownRecord } from '../base/json/json.ts';
import { warnOnce } from '../base/logging/warn-once.ts';
import type { AskingMethod } from '../protocol/names/methods.ts';
import type { Extensions } from './extensions.ts';
import { List, type ListItem } from './registry/list.ts';
import type { CacheableMethod, ResolvedOptions } from './options.ts';
import {
  type AnyPromptCallback,
  type PromptConfig,
  type PromptRegistration,
  promptKind,
} from './prompts/prompt.ts';
import { type Kind, Registration } from './registry/registration.ts';
import { Registry } from './registry/registry.ts';
import {
  type NamedResourceConfig,
  type NamedTemplateConfig,
  type ReadResourceCallback,
  type ReadResourceTemplateCallback,
  type ResourceConfig,
  type ResourceRegistration,
  type TemplateRegistration,
  resourceKind,
  templateKind,
} from './resources/resource.ts';
import type { ResultWriter } from './requests/result-writer.ts';
import type { ListKind } from './listening/subscriptions.ts';
import {
  type AnyToolCallback,
  type ToolConfig,
  type ToolRegistration,
  toolKind,
} from './tools/tool.ts';

export class Catalogue {
  readonly tools: Registry<ToolRegistration>;
  readonly prompts: Registry<PromptRegistration>;
  readonly resources: Registry<ResourceRegistration>;
  readonly templates: Registry<TemplateRegistration>;
  readonly toolList: List<ToolRegistration>;
  readonly promptList: List<PromptRegistration>;
  readonly resourceList: List<ResourceRegistration>;
  readonly templateList: List<TemplateRegistration>;
  readonly #kinds: ReturnType<typeof kindsWith>;
  readonly #extensions: ServerCapabilities['extensions'];
  readonly #isListening: boolean;
  readonly #extended: Extensions | undefined;

  /** @param onChange called with the list that has changed for clients */
  constructor(options: ResolvedOptions, writer: ResultWriter, onChange: (kind: ListKind) => void) {
    this.#kinds = kindsWith(options);
    this.#extensions = options.extensions;
    this.#extended = options.extended;
    this.#isListening = options.maxStreams > 0;
    const list = <T extends ListItem>(
      items: Registry<T>,
      method: CacheableMethod,
      member: string,
    ): List<T> =>
      new List(items, {
        member,
        writer,
        pageSize: options.pageSize,
        cacheHint: options.cacheHintFor(method),
      });
    const onTool = (): void => {
      this.toolList?.changed();
      onChange('tools');
    };
    this.tools = new Registry('Tool', onTool, options.offered.tools);
    const onPrompt = (): void => {
      this.promptList?.changed();
      onChange('prompts');
    };
    this.prompts = new Registry('Prompt', onPrompt, options.offered.prompts);
    const onResource = (): void => {
      this.resourceList?.changed();
      onChange('resources');
    };
    this.resources = new Registry('Resource', onResource, options.offered.resources);
    this.templates = new Registry('Resource template', () => {
      this.templateList?.changed();
      onChange('resources');
    });
    this.toolList = list(this.tools, 'tools/list', 'tools');
    this.promptList = list(this.prompts, 'prompts/list', 'prompts');
    this.resourceList = list(this.resources, 'resources/list', 'resources');
    this.templateList = list(this.templates, 'resources/templates/list', 'resourceTemplates');
  }

  /** Whether a tool has an output schema that is not one of objects, which old clients need. */
  isOutputWrapped(tool: string): boolean {
    const schema = this.tools.get(tool)?.definition.wire.outputSchema;
    return schema !== undefined && schema['type'] !== 'object';
  }

  addTool(name: string, config: ToolConfig, callback: AnyToolCallback): ToolRegistration {
    return new Registration(this.tools, this.#kinds.tool, { name }, config, callback);
  }

  addPrompt(name: string, config: PromptConfig, callback: AnyPromptCallback): PromptRegistration {
    return new Registration(this.prompts, this.#kinds.prompt, { name }, config, callback);
  }

  addResource(
    identity: Pick<NamedResourceConfig, 'name' | 'uri'>,
    config: ResourceConfig,
    callback: ReadResourceCallback,
  ): ResourceRegistration {
    return new Registration(this.resources, this.#kinds.resource, identity, config, callback);
  }

  addTemplate(
    identity: Pick<NamedTemplateConfig, 'name' | 'template'>,
    config: ResourceConfig,
    callback: ReadResourceTemplateCallback,
  ): TemplateRegistration {
    return new Registration(this.templates, this.#kinds.template, identity, config, callback);
  }

  get hasResources(): boolean {
    return this.resources.isUsed || this.templates.isUsed;
  }

  get hasCompletions(): boolean {
    const sources = [
      ...this.prompts.list().map(({ definition }) => definition.completers),
      ...this.templates.list().map(({ definition }) => definition.template.completers),
    ];
    return sources.some((completers) => completers.size > 0);
  }

  /** Whether something is registered with `scopes`. */
  get hasScopes(): boolean {
    const all = [this.tools, this.prompts, this.resources, this.templates];
    return all.some((registry) =>
      registry.list().some(({ definition }) => definition.policy.scopes !== undefined),
    );
  }

  /** The lists that this server has, and that clients may listen to. */
  get lists(): ListKind[] {
    const kinds: ListKind[] = [];
    if (this.tools.isUsed) kinds.push('tools');
    if (this.prompts.isUsed) kinds.push('prompts');
    if (this.hasResources) kinds.push('resources');
    return kinds;
  }

  /** Advertised is what has been registered (VM-7). */
  get capabilities(): ServerCapabilities {
    const own = this.#ownCapabilities;
    return this.#extended?.capabilities({ ...own }) ?? own;
  }

  get #ownCapabilities(): ServerCapabilities {
    const changes = this.#isListening ? { listChanged: true } : {};
    return {
      ...(this.lists.length > 0 && { logging: {} }),
      ...(this.hasCompletions && { completions: {} }),
      ...(this.prompts.isUsed && { prompts: changes }),
      ...(this.hasResources && {
        resources: { ...(this.#isListening && { subscribe: true }), ...changes },
      }),
      ...(this.tools.isUsed && { tools: changes }),
      ...(this.#extensions && { extensions: this.#extensions }),
    };
  }
}

/** What can be registered, with the defaults of the server. */
function kindsWith(options: ResolvedOptions) {
  const { stateTtl, flowLimits: limits, logger, extended } = options;
  const defaults = { stateTtl, limits };
  const warn = warnOnce(logger);
  return {
    tool: extendedKind(toolKind(defaults, warn), 'tools/call', extended),
    prompt: extendedKind(promptKind(defaults, warn), 'prompts/get', extended),
    resource: extendedKind(resourceKind(defaults, warn), 'resources/read', extended),
    template: extendedKind(templateKind(defaults, warn), 'resources/read', extended),
  };
}

/** `kind`, with the members of a config that extensions read, and what they do around calls. */
function extendedKind<Config extends object, Definition>(
  kind: Kind<Config, Definition>,
  method: AskingMethod,
  extended: Extensions | undefined,
): Kind<Config, Definition> {
  if (extended === undefined) return kind;
  const { rules } = kind;
  return {
    ...kind,
    rules: { ...rules, table: { ...rules.table, ...extended.reads } },
    wrap: (given, was) => {
      const config = given as UnknownRecord;
      return extended.wrapperFor({ method, target: kind.keyOf(given), was, config });
    },
  };
}

import type { Resource } from '../../protocol/types/content.ts';
import { brand } from '../../base/brand.ts';
import { invalidOptions } from '../../base/errors.ts';
import { isRecord } from '../../base/json/json.ts';
import { callable, record } from '../../base/options/option-checks.ts';
import { type OptionSet, readOptions } from '../../base/options/options.ts';
import { nearest } from '../../base/options/nearest.ts';
import { quote } from '../../base/quote.ts';
import type { Principal } from '../../protocol/principal.ts';
import type { Completer } from '../registry/completable.ts';
import type { ClientView } from '../requests/client-view.ts';
import { UriTemplate } from './uri-template.ts';

/** The context of a callback that lists resources. It cannot ask. */
export interface ListContext {
  readonly principal: Principal | undefined;
  readonly request: unknown;
  readonly client: ClientView;
}

/** Lists the resources of a template. Called for every `resources/list`. */
export type ListResourcesCallback = (
  ctx: ListContext,
) => { resources: Resource[] } | Promise<{ resources: Resource[] }>;

export interface ResourceTemplateCallbacks {
  /** Lists the template's resources. `undefined`, which must be written, if they are not listed. */
  readonly list: ListResourcesCallback | undefined;
  /** Suggestions for the template's variables, by name. Default: none. */
  readonly complete?: Record<string, Completer>;
}

/** A URI template (RFC 6570), with callbacks to list its resources and to suggest variables. */
export class ResourceTemplate {
  readonly uriTemplate: string;
  /** @internal */
  readonly matcher: UriTemplate;
  /** @internal */
  readonly list: ListResourcesCallback | undefined;
  /** @internal */
  readonly completers: ReadonlyMap<string, Completer>;

  /** @throws RondoError `invalid_options` for templates that cannot be matched */
  constructor(uriTemplate: string, callbacks: ResourceTemplateCallbacks) {
    if (typeof uriTemplate !== 'string') throw invalidOptions('A URI template must be text.');
    const of = `ResourceTemplate ${quote(uriTemplate)}`;
    if (!isRecord(callbacks)) {
      throw invalidOptions(`${of} needs its callbacks: { list: undefined } if it lists nothing.`);
    }
    const { list, complete } = readOptions({ of, ...CALLBACKS }, callbacks);
    if (!('list' in callbacks))
      throw invalidOptions(`${of} needs 'list'; undefined if it lists nothing.`);
    this.uriTemplate = uriTemplate;
    this.matcher = new UriTemplate(uriTemplate);
    this.list = list;
    this.completers = completersFor(of, this.matcher.variableNames, complete);
  }
}
brand(ResourceTemplate, 'ResourceTemplate');

const CALLBACKS: Omit<OptionSet<ResourceTemplateCallbacks>, 'of'> = {
  table: { list: callable, complete: record },
};

/** @throws RondoError `invalid_options` for one that would never be asked */
function completersFor(
  of: string,
  names: readonly string[],
  complete: ResourceTemplateCallbacks['complete'] = {},
): ReadonlyMap<string, Completer> {
  const completers = new Map(Object.entries(complete).filter(([, found]) => found !== undefined));
  for (const [name, completer] of completers) {
    if (typeof completer !== 'function') {
      throw invalidOptions(`Option 'complete' of ${of} has ${quote(name)}, which is no function.`);
    }
    if (names.includes(name)) continue;
    const meant = nearest(name, names);
    const advice = meant === undefined ? '' : ` Did you mean ${quote(meant)}?`;
    throw invalidOptions(`${quote(name)} is not a variable of ${of}.${advice}`);
  }
  return completers;
}

import type { Resource } from '../../protocol/content.ts';
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
    this.uriTemplate = uriTemplate;
    this.matcher = new UriTemplate(uriTemplate);
    this.list = callbacks.list;
    this.completers = new Map(Object.entries(callbacks.complete ?? {}));
  }
}

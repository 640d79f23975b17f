import type { Icon } from '../../protocol/content.ts';
import { invalidOptions } from '../../base/errors.ts';
import type { UnknownRecord } from '../../base/json.ts';
import { isMetaKey } from '../../protocol/meta.ts';

/** What clients show of a tool, prompt or resource. */
export interface DisplayFields {
  /** Name for people. Default: clients show the name. */
  readonly title?: string;
  /** What it is for, written for people and models. Default: none. */
  readonly description?: string;
  /** Icons with an `https:` or `data:` URI. Default: none. */
  readonly icons?: Icon[];
  /**
   * Metadata for clients. Keys are a name, or `prefix.example/name`. Default: none.
   *
   * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/index#meta
   */
  readonly _meta?: UnknownRecord;
}

/**
 * The members of {@link DisplayFields} that `config` has.
 *
 * @throws RondoError `invalid_options` for icons and `_meta` keys that clients must refuse
 */
export function displayFieldsOf(config: DisplayFields): Partial<DisplayFields> {
  const { title, description, icons, _meta } = config;
  for (const { src } of icons ?? []) assertIcon(src);
  for (const key of Object.keys(_meta ?? {})) {
    if (!isMetaKey(key)) {
      throw invalidOptions(`'${key}' is not a key for _meta. Use a name, or prefix.example/name.`);
    }
  }
  return {
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(icons !== undefined && { icons }),
    ...(_meta !== undefined && { _meta }),
  };
}

function assertIcon(src: string): void {
  const url = URL.canParse(src) ? new URL(src) : undefined;
  const isPublic = url?.protocol === 'https:' && url.username === '' && url.password === '';
  if (isPublic || url?.protocol === 'data:') return;
  throw invalidOptions(
    'The src of an icon must be an https URL without credentials, or a data: URI.',
  );
}

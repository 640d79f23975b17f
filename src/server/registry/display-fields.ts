import type { Icon } from '../../protocol/types/content.ts';
import { type UnknownRecord, isRecord } from '../../base/json/json.ts';
import { anyText, record } from '../../base/options/option-checks.ts';
import type { OptionTable } from '../../base/options/options.ts';
import { quote } from '../../base/quote.ts';
import { isMetaKey, isNamedFreely } from '../../protocol/names/meta.ts';
import type { WarnOnce } from '../../base/logging/warn-once.ts';

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

export const DISPLAY_FIELDS: OptionTable<DisplayFields> = {
  title: anyText,
  description: anyText,
  icons: areIcons,
  _meta: isMeta,
};

/** The members of {@link DisplayFields} that `config` has. */
export function displayFieldsOf(
  config: DisplayFields & { readonly name: string },
  warn: WarnOnce,
): Partial<DisplayFields> {
  const { name, title, description, icons, _meta } = config;
  for (const key of Object.keys(_meta ?? {})) {
    if (isMetaKey(key)) continue;
    const what = `${quote(key)} in the _meta of ${quote(name)}`;
    warn('_meta', `${what} is not a key as the protocol spells them; clients may refuse it.`);
  }
  return {
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(icons !== undefined && { icons }),
    ...(_meta !== undefined && { _meta }),
  };
}

/** Keys that clients of other vendors have introduced are sent, whatever their name (EN-14). */
function isMeta(value: unknown): string | undefined {
  const problem = record(value);
  if (problem !== undefined) return problem;
  const wrong = Object.keys(value as object).find((key) => !isMetaKey(key) && !isNamedFreely(key));
  return wrong === undefined
    ? undefined
    : `has ${quote(wrong)}, which is not a key for _meta: use a name, or prefix.example/name`;
}

function areIcons(value: unknown): string | undefined {
  if (!Array.isArray(value)) return 'must be an array of icons';
  return value.every((icon) => isRecord(icon) && isIconUri(icon['src']))
    ? undefined
    : 'has an icon whose src is neither an https URL without credentials nor a data: URI';
}

function isIconUri(src: unknown): boolean {
  const url = typeof src === 'string' && URL.canParse(src) ? new URL(src) : undefined;
  const isPublic = url?.protocol === 'https:' && url.username === '' && url.password === '';
  return isPublic || url?.protocol === 'data:';
}

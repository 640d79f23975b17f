import { isRecord, type JsonObject } from '../base/json/json.ts';

/**
 * What a client can do. The client sends it with every request.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/schema#clientcapabilities
 */
export interface ClientCapabilities {
  experimental?: Record<string, JsonObject>;
  roots?: JsonObject;
  sampling?: { context?: JsonObject; tools?: JsonObject };
  elicitation?: { form?: JsonObject; url?: JsonObject };
  extensions?: Record<string, JsonObject>;
}

/**
 * What a server offers.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/schema#servercapabilities
 */
export interface ServerCapabilities {
  experimental?: Record<string, JsonObject>;
  logging?: JsonObject;
  completions?: JsonObject;
  prompts?: { listChanged?: boolean };
  resources?: { subscribe?: boolean; listChanged?: boolean };
  tools?: { listChanged?: boolean };
  extensions?: Record<string, JsonObject>;
}

/**
 * The part of `required` that `declared` lacks, or `undefined` if it lacks nothing.
 *
 * An `elicitation` object without a mode means form only (EL-1). The result has the form that
 * `data.requiredCapabilities` of the error needs (EN-9).
 */
export function missingCapabilities(
  required: ClientCapabilities,
  declared: ClientCapabilities,
): ClientCapabilities | undefined {
  return lacking(required, withFormDefault(declared)) as ClientCapabilities | undefined;
}

function withFormDefault(declared: ClientCapabilities): ClientCapabilities {
  const elicitation = declared.elicitation;
  if (!isRecord(elicitation) || elicitation.form || elicitation.url) return declared;
  return { ...declared, elicitation: { form: {} } };
}

function lacking(required: unknown, declared: unknown): unknown {
  if (!isRecord(required)) return undefined;
  if (!isRecord(declared)) return required;
  let missing: Record<string, unknown> | undefined;
  for (const key of Object.keys(required)) {
    const gap = lacking(required[key], Object.hasOwn(declared, key) ? declared[key] : undefined);
    if (gap !== undefined) (missing ??= {})[key] = gap;
  }
  return missing;
}

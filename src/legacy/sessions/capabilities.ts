/** What an old client has declared (L7): by declaration, whatever its revision had. */
import { isRecord } from '../../base/json/json.ts';
import type { ClientCapabilities, ServerCapabilities } from '../../protocol/capabilities.ts';

/**
 * One letter for each: forms, URLs, whether the modes were named, sampling, its tools, its context,
 * roots. Short, because it is part of every session id.
 */
export type DeclaredCapabilities = readonly ('f' | 'u' | 'm' | 's' | 't' | 'c' | 'r')[];

export const NOTHING_DECLARED: DeclaredCapabilities = [];

/** @param given `capabilities` of `initialize`, of any shape */
export function readCapabilities(given: unknown): DeclaredCapabilities {
  const { elicitation, sampling, roots } = isRecord(given) ? given : {};
  const declared: DeclaredCapabilities[number][] = [];
  if (isRecord(elicitation)) {
    const form = isRecord(elicitation['form']);
    const url = isRecord(elicitation['url']);
    if (form || !url) declared.push('f');
    if (url) declared.push('u');
    if (form || url) declared.push('m');
  }
  if (isRecord(sampling)) {
    declared.push('s');
    if (isRecord(sampling['tools'])) declared.push('t');
    if (isRecord(sampling['context'])) declared.push('c');
  }
  if (isRecord(roots)) declared.push('r');
  return declared;
}

/** In the form of this revision. */
export function toClientCapabilities(declared: DeclaredCapabilities): ClientCapabilities {
  const has = (letter: DeclaredCapabilities[number]): boolean => declared.includes(letter);
  const capabilities: ClientCapabilities = {};
  if (has('f') || has('u')) {
    capabilities.elicitation = { ...(has('f') && { form: {} }), ...(has('u') && { url: {} }) };
  }
  if (has('s')) {
    capabilities.sampling = { ...(has('t') && { tools: {} }), ...(has('c') && { context: {} }) };
  }
  if (has('r')) capabilities.roots = {};
  return capabilities;
}

/** Whether the client knows modes of elicitation by name. */
export function namesModes(declared: DeclaredCapabilities): boolean {
  return declared.includes('m');
}

/** What this server offers, as old clients expect it (L3): extensions need the newer revision. */
export function toOldServerCapabilities(offered: ServerCapabilities): ServerCapabilities {
  const { tools, prompts, resources, completions, experimental } = offered;
  return {
    logging: {},
    ...(tools && { tools }),
    ...(prompts && { prompts }),
    ...(resources && { resources: { ...resources, subscribe: true } }),
    ...(completions && { completions }),
    ...(experimental && { experimental }),
  };
}

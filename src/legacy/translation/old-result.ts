/** Results as old clients expect them: nothing of this revision is left in them (L2). */
import { type JsonSchema, type UnknownRecord, isRecord } from '../../base/json/json.ts';
import { writeJson } from '../../base/json/well-formed-json.ts';
import { Method } from '../../protocol/names/methods.ts';
import { OLD_VERSIONS } from '../../protocol/names/version.ts';
import { rebased } from '../../schema/json/rebase.ts';
import { withoutReserved } from './old-request.ts';

/** The member that holds structured content which is not an object. */
const WRAPPED = 'result';

/**
 * @param isWrapped whether the structured content of a tool leaves in an object: its output schema
 *   is not one of objects
 */
export function toOldResult(
  method: string,
  result: UnknownRecord,
  version: string,
  isWrapped: () => boolean,
): string {
  const old = withoutNewMembers(result);
  if (method === Method.listTools) return writeJson(withOldTools(old, version));
  if (method !== Method.callTool || !('structuredContent' in old)) return writeJson(old);
  const { structuredContent } = old;
  if (isRecord(structuredContent) && !isWrapped()) return writeJson(old);
  return writeJson({ ...old, structuredContent: { [WRAPPED]: structuredContent } });
}

function withoutNewMembers(result: UnknownRecord): UnknownRecord {
  const { resultType: _type, ttlMs: _ttl, cacheScope: _scope, _meta, ...old } = result;
  const meta = isRecord(_meta) ? withoutReserved(_meta) : {};
  return Object.keys(meta).length === 0 ? old : { ...old, _meta: meta };
}

function withOldTools(list: UnknownRecord, version: string): UnknownRecord {
  const { tools } = list;
  if (!Array.isArray(tools)) return list;
  const withObjectsOnly = tools.filter(isRecord).map(withObjects);
  const isNewest = version === OLD_VERSIONS[0];
  return { ...list, tools: isNewest ? withObjectsOnly : withObjectsOnly.map(withoutDialect) };
}

/** Validators of before 2025-11-25 refuse a schema that names a dialect which is newer than they. */
function withoutDialect(tool: UnknownRecord): UnknownRecord {
  const { inputSchema, outputSchema } = tool;
  return {
    ...tool,
    inputSchema: without$schema(inputSchema),
    ...(outputSchema !== undefined && { outputSchema: without$schema(outputSchema) }),
  };
}

function without$schema(schema: unknown): unknown {
  if (!isRecord(schema)) return schema;
  const { $schema: _, ...rest } = schema;
  return rest;
}

/** Old clients know output schemas of objects only. */
function withObjects(tool: UnknownRecord): UnknownRecord {
  const { outputSchema } = tool;
  if (!isRecord(outputSchema) || outputSchema['type'] === 'object') return tool;
  return { ...tool, outputSchema: wrapped(outputSchema) };
}

function wrapped(schema: JsonSchema): JsonSchema {
  const { $schema, ...inner } = rebased(schema, `/properties/${WRAPPED}`);
  return {
    ...($schema !== undefined && { $schema }),
    type: 'object',
    properties: { [WRAPPED]: inner },
    required: [WRAPPED],
  };
}

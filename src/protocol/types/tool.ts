import type { Icon } from './content.ts';
import type { JsonSchema, UnknownRecord } from '../../base/json/json.ts';

/** What a server says of its tool's effects. Hints, not guarantees. */
export interface ToolAnnotations {
  title?: string;
  readOnlyHint?: boolean;
  destructiveHint?: boolean;
  idempotentHint?: boolean;
  openWorldHint?: boolean;
}

/** A tool, as servers list it and as models are offered it. */
export interface Tool {
  name: string;
  title?: string;
  description?: string;
  icons?: Icon[];
  inputSchema: JsonSchema & { type: 'object' };
  outputSchema?: JsonSchema;
  annotations?: ToolAnnotations;
  _meta?: UnknownRecord;
}

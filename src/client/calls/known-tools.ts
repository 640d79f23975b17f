/** What the client knows of the server's tools: mirrored arguments and output schemas. */
import { mirroredHeaders } from '../../http/client/headers.ts';
import { paramHeaders } from '../../http/param-headers.ts';
import { type UnknownRecord, isRecord } from '../../base/json/json.ts';
import type { Logger } from '../../base/logging/logger.ts';
import type { CallToolResult } from '../../protocol/results.ts';
import type { Tool } from '../../protocol/types/tool.ts';
import { checkUntrusted } from '../../schema/json/untrusted-schema.ts';
import { shownMessage } from '../../base/shown-text.ts';
import { fitting } from './structured-content.ts';
import { quote } from '../../base/quote.ts';

/** At most this many unusable tools are named in a log line. */
const MAX_NAMED = 5;

export class KnownTools {
  readonly #mirrors: boolean;
  readonly #logger: Logger;
  #tools: ReadonlyMap<string, Tool> = new Map();

  /** @param mirrors whether the transport mirrors arguments in headers */
  constructor(mirrors: boolean, logger: Logger) {
    this.#mirrors = mirrors;
    this.#logger = logger;
  }

  /**
   * Learns tools, and returns them without those whose `x-mcp-header` annotations are invalid
   * (HC-7).
   */
  learn(tools: readonly Tool[]): Tool[] {
    const usable = this.#mirrors ? this.#usable(tools) : [...tools];
    this.#tools = new Map(usable.map((tool) => [tool.name, tool]));
    return usable;
  }

  /** The headers that repeat a call's arguments; `undefined` if the tool is not known (HC-6). */
  headersFor(params: UnknownRecord): Record<string, string> | undefined {
    const tool = this.#mirrors ? this.#tools.get(params['name'] as string) : undefined;
    if (tool === undefined) return undefined;
    const args = params['arguments'];
    const { inputSchema } = tool;
    const expected = isRecord(inputSchema) ? paramHeaders(inputSchema) : [];
    return mirroredHeaders(expected, isRecord(args) ? args : undefined);
  }

  /** @throws InvalidResponseError if a result does not fit its tool's output schema (TO-7) */
  async check(name: string, { isError, structuredContent }: CallToolResult): Promise<void> {
    const schema = this.#tools.get(name)?.outputSchema;
    if (schema == null || isError) return;
    const checked = await checkUntrusted(schema, structuredContent).catch((error: unknown) => {
      this.#logger.warn(`Results of ${quote(name)} cannot be checked: ${shownMessage(error)}`);
    });
    if (checked) fitting(checked);
  }

  #usable(tools: readonly Tool[]): Tool[] {
    const problems: string[] = [];
    const usable = tools.filter(({ name, inputSchema }) => {
      try {
        if (isRecord(inputSchema)) paramHeaders(inputSchema);
        return true;
      } catch (error) {
        problems.push(`${quote(String(name))} is left out: ${shownMessage(error)}`);
        return false;
      }
    });
    const more = problems.length > MAX_NAMED ? ` And ${problems.length - MAX_NAMED} more.` : '';
    const named = problems.slice(0, MAX_NAMED).join(' ');
    if (named !== '') this.#logger.warn(`Of the tools, ${named}${more}`);
    return usable;
  }
}

/**
 * Schemas of all kinds: those that can be used are listed so that a second validator agrees with
 * ours, and those that cannot are refused at registration, naming the property.
 */
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { McpServer } from 'mcp-rondo';
import { overWires } from '../support/each-wire.ts';
import { silent } from '../support/logger.ts';
import { call, request } from '../support/messages.ts';
import { LIBRARIES } from '../support/odd-schemas/libraries.ts';
import { PLAIN } from '../support/odd-schemas/plain.ts';
import { REFUSED } from '../support/odd-schemas/refused.ts';
import type { Json } from '../support/odd-schemas/row.ts';

/** As lenient with patterns as authors are. */
function regExp(pattern: string): RegExp {
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return new RegExp(pattern);
  }
}

const OPTIONS = {
  strict: false,
  validateFormats: false,
  ownProperties: true,
  logger: false,
  code: { regExp: Object.assign(regExp, { code: '' }) },
} as const;

/** The verdicts of another validator. It finds a dynamic anchor only where it is at a root. */
function otherValidator(schema: Json): (value: unknown) => boolean {
  const isDraft7 = String(schema['$schema']).includes('draft-07');
  return (isDraft7 ? new Ajv(OPTIONS) : new Ajv2020(OPTIONS)).compile(schema);
}

const register = (schema: unknown): McpServer => {
  const server = new McpServer({ name: 'x', version: '1' }, { logger: silent });
  server.registerTool('t', { inputSchema: schema as Json }, () => 'ok');
  return server;
};

overWires('schemas of all kinds', ['in process'], ({ open }) => {
  it.each([...PLAIN, ...LIBRARIES])(
    'TO-3 SE-1 %s is listed with references that resolve, and checked as by another validator',
    async (_name, schema, fits, doesNotFit) => {
      const { send } = await open((server) =>
        server.registerTool('t', { inputSchema: schema as Json }, () => 'ok'),
      );
      const { response } = await send(request('tools/list'));
      const [tool] = response.result!['tools'] as [{ inputSchema: Json }];
      expect(tool.inputSchema['type']).toBe('object');
      const check = otherValidator(tool.inputSchema);
      for (const [values, verdict] of [
        [fits, true],
        [doesNotFit, false],
      ] as const) {
        for (const value of values) {
          const { response: called } = await send(call('t', value as Json));
          expect([value, called.error, called.result?.['isError'] ?? false]).toEqual([
            value,
            undefined,
            !verdict,
          ]);
          expect([value, check(value)]).toEqual([value, verdict]);
        }
      }
    },
  );
});

describe('a schema that cannot be used is refused at registration', () => {
  it.each(REFUSED)('SE-1 %s', (_name, schema, says) => {
    expect(() => register(schema)).toThrow(says);
  });
});

/** Types that authors have for their schemas and values are taken as they are. */
import { expect, it } from 'vitest';
import {
  type FormSchema,
  McpServer,
  type ToolConfig,
  type UnknownRecord,
  inputRequired,
} from 'mcp-rondo';
import * as z from 'zod';
import { silent } from '../support/logger.ts';

/** As in `@types/json-schema`: an interface, without an index signature. */
interface JSONSchema7 {
  $id?: string;
  $ref?: string;
  $schema?: string;
  type?: 'object' | 'string' | ('object' | 'string')[];
  properties?: { [key: string]: JSONSchema7 | boolean };
  required?: string[];
  definitions?: { [key: string]: JSONSchema7 | boolean };
  anyOf?: (JSONSchema7 | boolean)[];
  minLength?: number;
}

interface Own {
  readonly type: 'object';
  readonly properties: { readonly city: { readonly type: 'string' } };
}

interface Weather {
  city: string;
  wind?: number;
}

const standard: JSONSchema7 = { type: 'object', properties: { city: { type: 'string' } } };
const own: Own = { type: 'object', properties: { city: { type: 'string' } } };
const form: FormSchema = { type: 'object', properties: { city: { type: 'string' } } };
const weather: Weather = { city: 'Bern' };

/** Fails to compile unless `T` is exactly `Expected`. */
function typed<Expected>() {
  return <T>(value: T & ([T, Expected] extends [Expected, T] ? unknown : never)): T => value;
}

it('a function that names scopes gets the arguments that the schema has checked', () => {
  const server = new McpServer({ name: 'x', version: '1' }, { logger: silent });
  const inputSchema = z.object({ repo: z.string(), depth: z.number().default(1) });
  server.registerTool(
    'a',
    {
      scopes: (args, principal) => {
        typed<{ repo: string; depth: number }>()(args);
        typed<string>()(principal.subject);
        return [`repo:${args.repo}`];
      },
      inputSchema,
    },
    (args) => args.repo,
  );
  server.registerTool(
    'b',
    { inputSchema: { repo: z.string() }, scopes: async ({ repo }) => [repo.toLowerCase()] },
    ({ repo }) => repo,
  );
  server.registerTool(
    'c',
    { inputSchema: own, scopes: (args) => [String(args['city'])] },
    () => '',
  );
  server.registerTool(
    'd',
    { scopes: (args) => Object.keys(typed<UnknownRecord>()(args)) },
    () => '',
  );
  const argsSchema = z.object({ topic: z.string() });
  server.registerPrompt('e', { argsSchema, scopes: ({ topic }) => [topic] }, ({ topic }) => topic);
  server.registerResource('f', 'a://f', { scopes: (variables) => [...variables['x']!] }, () => '');
  const config: ToolConfig = { scopes: (args) => [String(args['city'])] };
  server.registerTool('g', config, () => '');
  // @ts-expect-error the schema has no such member
  server.registerTool('h', { inputSchema, scopes: ({ branch }) => [branch] }, () => '');
});

it('schemas of an interface type are taken wherever schemas are', () => {
  const server = new McpServer({ name: 'x', version: '1' }, { logger: silent });
  server.registerTool('a', { inputSchema: standard, outputSchema: own }, (args) => {
    typed<UnknownRecord>()(args);
    return weather;
  });
  server.registerTool('b', { inputSchema: form, outputSchema: standard }, async (args, ctx) => {
    typed<UnknownRecord>()(args);
    const answer = await ctx.elicit('where', { message: 'Where?', schema: form });
    if (answer.action === 'accept') typed<UnknownRecord>()(answer.content);
    return { structuredContent: weather };
  });
  server.registerTool('c', { outputSchema: { type: 'array' } }, () => [1, 2]);
  server.registerTool('d', { inputSchema: { city: z.string() } }, (args) => {
    typed<{ city: string }>()(args);
    return args.city;
  });
  server.registerPrompt('e', { argsSchema: own }, (args) => {
    typed<UnknownRecord>()(args);
    return 'x';
  });
  inputRequired.elicit({ message: 'Where?', requestedSchema: form });
  // @ts-expect-error a text is no schema
  expect(() => server.registerTool('f', { inputSchema: 'object' }, () => 'x')).toThrow();
  // @ts-expect-error an interface without any keyword of a schema is none
  expect(() => server.registerTool('g', { inputSchema: weather }, () => 'x')).toThrow();
});

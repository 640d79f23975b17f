/** What the client does in each scenario of the suite: what a user of the library would write. */
import { Client, type ClientOptions } from 'mcp-rondo/client';
import { logIn, useCredentials } from './authorization.ts';

/** @param context what the suite hands over beside the address */
type Scenario = (url: string, context: unknown) => Promise<unknown>;

/** A client that can be asked everything. */
function connect(url: string, options: Partial<ClientOptions> = {}): Client {
  return new Client(url, {
    name: 'rondo-conformance',
    version: '1.0.0',
    onElicit: () => ({ action: 'accept', content: { confirmed: true } }),
    onElicitUrl: () => ({ action: 'decline', reason: 'headless' }),
    onSample: () => {
      throw new Error('There is no model here.');
    },
    roots: [],
    ...options,
  });
}

/** The scenarios that a client has to pass, and those it is asked to pass beside them. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'auth/client-credentials-basic': useCredentials,
  'auth/client-credentials-jwt': useCredentials,
  'auth/wif-jwt-bearer': useCredentials,
  initialize: listTools,
  tools_call: callATool,
  // Every field of the form has a default, which the client fills in.
  'elicitation-sep1034-client-defaults': (url) =>
    callEveryTool(url, { onElicit: () => ({ action: 'accept', content: {} }) }),
  'sse-retry': (url) => callEveryTool(url),
  'request-metadata': sayWhoWeAre,
  'sep-2322-client-request-state': goSeveralRounds,
  'http-standard-headers': sendEveryKindOfRequest,
  'http-custom-headers': mirrorArguments,
  'http-invalid-tool-headers': callWhatIsListed,
  'json-schema-ref-no-deref': (url) => connect(url).listTools(),
  'json-schema-2020-12-preservation': handASchemaBack,
};

/** What the client does in a scenario; `undefined` for one that nothing is known of. */
export function scenarioNamed(name: string): Scenario | undefined {
  const isLogin = name.startsWith('auth/') && !(name in SCENARIOS);
  return isLogin ? logIn : SCENARIOS[name];
}

async function callATool(url: string): Promise<void> {
  const client = connect(url);
  const [tool] = await client.listTools();
  await client.callTool(tool!.name, { a: 2, b: 3 });
  await client.close();
}

async function listTools(url: string): Promise<void> {
  const client = connect(url);
  await client.listTools();
  await client.close();
}

async function callEveryTool(url: string, options: Partial<ClientOptions> = {}): Promise<void> {
  const client = connect(url, options);
  for (const { name } of await client.listTools()) await client.callTool(name);
  await client.close();
}

async function sayWhoWeAre(url: string): Promise<void> {
  const client = connect(url);
  await client.discover();
  await client.listTools();
}

/** Another call goes out while a question of the first is open: neither may notice the other. */
async function goSeveralRounds(url: string): Promise<void> {
  const client: Client = connect(url, {
    onElicit: async () => {
      await client.callTool('test_mrtr_unrelated');
      return { action: 'accept', content: { confirmed: true } };
    },
  });
  await client.callTool('test_mrtr_echo_state');
  await client.callTool('test_mrtr_no_state');
  await client.callTool('test_mrtr_no_result_type');
}

async function sendEveryKindOfRequest(url: string): Promise<void> {
  const client = connect(url);
  for (const { name } of await client.listTools()) await client.callTool(name);
  for (const { uri } of await client.listResources()) await client.readResource(uri);
  for (const { name } of await client.listPrompts()) await client.getPrompt(name);
}

/** The suite says what to call, and with which arguments. */
async function mirrorArguments(url: string, context: unknown): Promise<void> {
  const { toolCalls } = context as { toolCalls: { name: string; arguments: never }[] };
  const client = connect(url);
  await client.listTools();
  for (const { name, arguments: args } of toolCalls) await client.callTool(name, args);
}

async function callWhatIsListed(url: string): Promise<void> {
  const client = connect(url);
  for (const { name } of await client.listTools()) {
    await client.callTool(name, { region: 'us-west1' });
  }
}

async function handASchemaBack(url: string): Promise<void> {
  const client = connect(url);
  const tools = await client.listTools();
  const { inputSchema } = tools.find(({ name }) => name === 'json_schema_2020_12_tool')!;
  await client.callTool('json_schema_echo', { schema: inputSchema as never });
}

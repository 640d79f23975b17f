/** The official client against this server over HTTP: headers, bodies, and several instances. */
import { type FetchLike, SdkHttpError } from '@modelcontextprotocol/client';
import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  ErrorCode,
  PROTOCOL_VERSION,
  type ServerOptions,
  generateKey,
} from '../../../src/index.ts';
import { type HttpLink, httpLink, roundRobin } from '../../support/official-client/links.ts';
import { type Answers, type Peer, refusal } from '../../support/official-client/peer.ts';

const FORMS = { capabilities: { elicitation: { form: {} } } };
const YES: Answers = { form: () => ({ action: 'accept', content: { confirm: true } }) };

const closings: (() => Promise<void>)[] = [];
const peers: Peer[] = [];

afterEach(async () => {
  for (const close of closings.splice(0).toReversed()) await close();
  for (const peer of peers.splice(0)) peer.reset();
});

async function open(options?: ServerOptions): Promise<HttpLink> {
  const link = await httpLink(options);
  closings.push(() => link.close());
  return link;
}

async function connect(link: HttpLink, via?: FetchLike): Promise<Peer> {
  const peer = await link.connect(FORMS, via);
  closings.push(() => peer.client.close());
  peers.push(peer);
  return peer;
}

describe('headers of the official client', () => {
  it('HC-3 HS-8 carry the revision in every round, as the server sees', async () => {
    const link = await open();
    const peer = await connect(link);
    peer.answers = YES;
    const both = `${PROTOCOL_VERSION}, ${PROTOCOL_VERSION}`;
    expect(await peer.call('interop_version_header')).toBe(both);
    const versions = link.posts.map(({ headers }) => headers.get('mcp-protocol-version'));
    expect(versions).toEqual(Array(3).fill(PROTOCOL_VERSION));
  });

  it('HC-4 MC-11 name method and tool, in every round', async () => {
    const link = await open();
    const peer = await connect(link);
    peer.answers = YES;
    await peer.client.readResource({ uri: 'interop://notes/7' });
    const named = link.posts.map(({ headers }) => [
      headers.get('mcp-method'),
      headers.get('mcp-name'),
    ]);
    const read = ['resources/read', 'interop://notes/7'];
    expect(named).toEqual([['server/discover', null], read, read]);
  });

  it('HC-6 HS-10 HS-11 mirror annotated arguments', async () => {
    const link = await open();
    const peer = await connect(link);
    const args = { region: 'Évora', count: 42, urgent: true };
    await peer.client.listTools();
    expect(JSON.parse(await peer.call('test_x_mcp_header', args))).toEqual(args);
    const { headers } = link.posts.at(-1)!;
    expect(headers.get('mcp-param-region')).toBe('=?base64?w4l2b3Jh?=');
    expect(headers.get('mcp-param-count')).toBe('42');
    expect(headers.get('mcp-param-urgent')).toBe('true');
  });

  it('HC-8 EN-8 are put right when the client has not seen the tool before', async () => {
    const link = await open();
    const peer = await connect(link);
    const args = { region: 'north' };
    expect(JSON.parse(await peer.call('test_x_mcp_header', args))).toEqual(args);
    const [, ...posts] = link.posts;
    expect(posts.map(({ headers, status }) => [headers.get('mcp-method'), status])).toEqual([
      ['tools/call', 400],
      ['tools/list', 200],
      ['tools/call', 200],
    ]);
  });
});

describe('responses to the official client', () => {
  it('MS-25 HS-6 are JSON, and a stream only where something was reported', async () => {
    const link = await open();
    const peer = await connect(link);
    peer.answers = YES;
    const name = 'test_streaming_elicitation';
    expect(await peer.call(name)).toBe('true');
    await peer.client.callTool({ name }, { onprogress() {} });
    const [, first, second, third] = link.posts.map(({ type }) => type);
    expect([first, second, third]).toEqual([
      'application/json',
      'application/json',
      'text/event-stream',
    ]);
    expect(link.posts.map(({ status }) => status)).toEqual(Array(5).fill(200));
  });

  it('EN-6 T10 to unknown methods are 404, which this client does not look into', async () => {
    const peer = await connect(await open());
    const request = { method: 'interop/unknown', params: {} };
    const asking = peer.client.request(request, z.looseObject({}));
    const error: unknown = await asking.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SdkHttpError);
    expect((error as SdkHttpError).status).toBe(404);
    expect((error as SdkHttpError).message).toContain(`"code":${ErrorCode.MethodNotFound}`);
    expect(peer.errors.splice(0)).toEqual([error]);
  });

  it('MS-9 EN-9 that lack a capability are 400', async () => {
    const link = await open();
    const peer = await connect(link);
    const { code } = await refusal(peer.call('test_missing_capability'));
    expect(code).toBe(ErrorCode.MissingRequiredClientCapability);
    expect(link.posts.at(-1)!.status).toBe(400);
  });
});

describe('lists for the official client', () => {
  it('PA-1 CA-2 are walked page by page', async () => {
    const whole = await connect(await open());
    const paged = await connect(await open({ pageSize: 4 }));
    const { tools } = await whole.client.listTools();
    expect((await paged.client.listTools()).tools).toEqual(tools);
    expect(paged.requests('tools/list')).toHaveLength(Math.ceil(tools.length / 4));
    const scopes = paged.results('tools/list').map(({ cacheScope }) => cacheScope);
    expect(new Set(scopes)).toEqual(new Set(['public']));
  });

  it('PA-2 are not given for a cursor that is none of ours', async () => {
    const peer = await connect(await open());
    const error = await refusal(peer.client.listTools({ cursor: 'nonsense' }));
    expect(error).toEqual({ code: ErrorCode.InvalidParams });
  });

  it('CA-1 are fetched each time when they may not be kept', async () => {
    const peer = await connect(await open());
    await peer.client.listTools();
    await peer.client.listTools();
    expect(peer.requests('tools/list')).toHaveLength(2);
    expect(peer.results('tools/list')[0]).toMatchObject({ ttlMs: 0, cacheScope: 'public' });
  });

  it('CA-1 CA-4 SU-5 are kept as long as allowed, until they are said to have changed', async () => {
    const cacheHints = { 'tools/list': { ttlMs: 3_600_000 } };
    const peer = await connect(await open({ cacheHints }));
    let changes = 0;
    peer.client.setNotificationHandler('notifications/tools/list_changed', () => void changes++);
    await peer.client.listen({ toolsListChanged: true });
    await peer.client.listTools();
    await peer.client.listTools();
    expect(peer.requests('tools/list')).toHaveLength(1);
    await peer.call('test_trigger_tool_change');
    await expect.poll(() => changes).toBe(1);
    await peer.client.listTools();
    expect(peer.requests('tools/list')).toHaveLength(2);
  });
});

describe('several instances for the official client', () => {
  it('MS-10 VM-10 serve the rounds of one call in turn', async () => {
    const state = { keys: [generateKey()] };
    const instances = [await open({ state }), await open({ state }), await open({ state })];
    const peer = await connect(instances[0]!, roundRobin(instances.map(({ url }) => url)));
    peer.answers = YES;
    const told = await peer.call('interop_ticket');
    const ticket = told.slice(0, 36);
    expect(told).toBe(`${ticket}: true, true`);
    expect(peer.asked).toEqual([`Take ${ticket}?`, `Really take ${ticket}?`]);
  });

  it('MS-14 MS-15 refuse the state of an instance with another key', async () => {
    const instances = [await open(), await open()];
    const peer = await connect(instances[0]!, roundRobin(instances.map(({ url }) => url)));
    peer.answers = YES;
    const data = { reason: 'request_state' };
    const error = await refusal(peer.call('interop_ticket'));
    expect(error).toEqual({ code: ErrorCode.InvalidParams, data });
    expect(peer.asked).toHaveLength(1);
  });

  it('SU-6 tell those who listen that they are going away', async () => {
    const link = await httpLink();
    const peer = await connect(link);
    const stream = await peer.client.listen({ toolsListChanged: true });
    const [closed] = await Promise.all([stream.closed, link.close()]);
    expect(closed).toBe('graceful');
  });
});

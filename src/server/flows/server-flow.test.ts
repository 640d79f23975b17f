import { describe, expect, it } from 'vitest';
import { FlowSecret } from '../../state/flow-secret.ts';
import { ServerFlow } from './server-flow.ts';

describe('a flow that begins', () => {
  it('has an id and a secret of its own, drawn once', () => {
    const [one, two] = [ServerFlow.begin(0, 1, {}), ServerFlow.begin(0, 1, {})];
    expect(one.id).toBe(one.id);
    expect(one.origin.secret).toBe(one.origin.secret);
    expect(one.id).not.toBe(two.id);
    expect(one.origin.secret).not.toBe(two.origin.secret);
  });

  it('S8 has its deadline from then on', () => {
    expect(ServerFlow.begin(1_000, 500, {})).toMatchObject({ startedAt: 1_000, deadline: 1_500 });
  });
});

describe('F10 F18 a flow that goes on', () => {
  it('is what it was when it began', () => {
    const first = ServerFlow.begin(1_000, 500, { roots: {} });
    const later = ServerFlow.resume(first.origin);
    expect(later.origin).toEqual(first.origin);
    expect(later.derive('step:pay')).toEqual(first.derive('step:pay'));
    expect(later.digest('Go?')).toBe(first.digest('Go?'));
  });

  it('derives everything from its secret', () => {
    const secret = FlowSecret.create();
    const origin = { id: 'f', secret: secret.text, startedAt: 0, deadline: 1, capabilities: {} };
    const flow = ServerFlow.resume(origin);
    expect(flow.derive('a')).toEqual(secret.derive('a'));
    expect(flow.digest('a')).toBe(secret.digest('a'));
  });
});

describe('F11 what a client has declared travels', () => {
  const declared: [string, object, object][] = [
    ['nothing', {}, {}],
    ['a capability without modes', { elicitation: {} }, { elicitation: {} }],
    [
      'modes, without what is in them',
      { elicitation: { form: { more: 1 }, url: {} }, sampling: { tools: { x: 1 }, context: {} } },
      { elicitation: { form: {}, url: {} }, sampling: { tools: {}, context: {} } },
    ],
    ['roots, bare', { roots: { listChanged: true } }, { roots: {} }],
    ['extensions, bare', { extensions: { 'a/b': { x: 1 } } }, { extensions: { 'a/b': {} } }],
    ['only what a flow can turn on', { experimental: { x: {} }, roots: {} }, { roots: {} }],
    [
      'only modes that there are',
      { elicitation: { form: {}, voice: {} } },
      { elicitation: { form: {} } },
    ],
    ['no mode of the prototype', { sampling: Object.create({ tools: {} }) }, { sampling: {} }],
    [
      'only what is an object',
      { elicitation: true, sampling: 1, roots: 'x', extensions: null },
      {},
    ],
  ];
  it.each(declared)('%s', (_name, capabilities, travels) => {
    expect(ServerFlow.begin(0, 1, capabilities).capabilities).toEqual(travels);
  });
});

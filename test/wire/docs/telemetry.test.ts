/** What docs/telemetry.md shows does what it says there. */
import { SpanKind } from '@opentelemetry/api';
import { afterAll, describe, expect, it } from 'vitest';
import type { McpServer } from 'mcp-rondo';
import type { Client, Target } from 'mcp-rondo/client';
import { Page } from '../../support/page.ts';
import { Telemetry, idOf, parentOf } from '../../support/telemetry.ts';

const page = new Page('docs/telemetry.md');
afterAll(() => page.close());

/** The first column of a table: the names that it lists. */
function namesIn(heading: string): string[] {
  const [, part = ''] = page.text.split(`## ${heading}\n`);
  const rows = part.split('\n## ')[0]!.matchAll(/^\| (?<cell>`[^|]*`) +\|/gm);
  return [...rows]
    .flatMap(({ groups }) => [...groups!['cell']!.matchAll(/`([\w.]+)`/g)])
    .map(([, name]) => name!);
}

describe('docs/telemetry.md', () => {
  it('docs/telemetry.md shows a server and a client whose spans are one tree, and names what they have', async () => {
    const telemetry = new Telemetry();
    const { server } = await page.run<{ server: McpServer }>('A server');
    const { clientOf } = await page.run<{ clientOf(target: Target): Client }>('A client');
    const client = clientOf(server);
    await client.callTool('release').catch(() => undefined);
    await client.listTools();
    const spans = await telemetry.spans();
    const [sent] = spans.filter(({ kind }) => kind === SpanKind.CLIENT);
    const [round] = spans.filter(({ kind }) => kind === SpanKind.SERVER);
    const step = spans.find(({ name }) => name === 'step');
    expect([parentOf(round!), parentOf(step!)]).toEqual([idOf(sent!), idOf(round!)]);

    const described = namesIn('Spans');
    const used = new Set(spans.flatMap(({ attributes }) => Object.keys(attributes)));
    expect([...used].filter((name) => !described.includes(name))).toEqual([]);
    expect(described.length).toBeGreaterThan(15);
  });

  it('docs/telemetry.md lists every metric of the sources', async () => {
    const { readFileSync } = await import('node:fs');
    const read = (file: string): string =>
      readFileSync(new URL(`../../../src/otel/${file}`, import.meta.url), 'utf8');
    const text = read('server-metrics.ts') + read('client.ts');
    const [, counters = ''] = /const COUNTERS = \{(.*?)\} as const/s.exec(text)!;
    const counted = [...counters.matchAll(/^ {2}'?([\w.]+)'?: \[/gm)].map(
      ([, name]) => `rondo.${name}`,
    );
    const timed = [...text.matchAll(/createHistogram\('([\w.]+)'/g)].map(([, name]) => name!);
    expect(counted.length + timed.length).toBe(14);
    expect(namesIn('Metrics').toSorted()).toEqual([...counted, ...timed].toSorted());
  });
});

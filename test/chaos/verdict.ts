/** What is promised of flows and of their effects, held against what there is. */
import type { PostgresServer } from '../support/postgres/postgres-server.ts';
import type { Counts } from './counts.ts';
import type { Ending, Flow } from './play.ts';

export function wrongEnding({ run, tool, amount }: Flow, ending: Ending): string[] {
  if (ending === 'refused') return tool === 'stamp' ? [] : [`${run} of ${tool} was refused`];
  const moved = `${run}: debit and credit of ${amount}, true`;
  const right: Record<Flow['tool'], readonly string[]> = {
    pay: [`reserve, ${moved}`],
    order: [moved],
    stamp: [`${run}: stamped, true`, `${run}: perhaps stamped, true`],
  };
  return right[tool].includes(ending.text) ? [] : [`${run} of ${tool} ended with: ${ending.text}`];
}

export async function wrongEffects(
  postgres: PostgresServer,
  endings: ReadonlyMap<Flow, Ending>,
  counts: Counts,
): Promise<string[]> {
  const effects = await postgres.query<{ run: string; name: string }>('select * from effects');
  const stamps = await postgres.query<{ run: string }>('select * from stamps');
  const [attempts] = await postgres.query<{ n: string }>('select count(*) n from attempts');
  counts.set('effects that exist', effects.length);
  counts.set('attempts at effects', Number(attempts!.n));
  counts.set('effects without a key that exist', stamps.length);
  const namesOf = byRun(effects, ({ name }) => name);
  const stampsOf = byRun(stamps, () => 'stamp');
  return [...endings].flatMap(([flow, ending]) => {
    const names = namesOf.get(flow.run) ?? [];
    const stamped = stampsOf.get(flow.run) ?? [];
    return [...wrongNames(flow, names, ending), ...wrongStamps(flow, stamped.length, ending)];
  });
}

/** Effects under their keys exist exactly once; of a flow that was refused, none twice. */
function wrongNames({ run, tool }: Flow, names: readonly string[], ending: Ending): string[] {
  const all = { pay: ['credit', 'debit', 'reserve'], order: ['credit', 'debit'], stamp: [] }[tool];
  const promised = ending === 'refused' ? all.filter((name) => names.includes(name)) : all;
  const found = names.toSorted().join(' ');
  return found === promised.join(' ') ? [] : [`${run} of ${tool} has the effects: ${found}`];
}

/** An effect without a key exists once if the flow says so, and never twice. */
function wrongStamps({ run, tool }: Flow, count: number, ending: Ending): string[] {
  if (tool !== 'stamp') return [];
  const saysSo = typeof ending === 'object' && ending.text.includes(': stamped');
  return count <= 1 && (count === 1 || !saysSo) ? [] : [`${run} was stamped ${count} times`];
}

function byRun<Row extends { readonly run: string }>(
  rows: readonly Row[],
  nameOf: (row: Row) => string,
): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const row of rows) names.set(row.run, [...(names.get(row.run) ?? []), nameOf(row)]);
  return names;
}

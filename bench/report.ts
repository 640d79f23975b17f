/** The table: 80 columns, for people. */
import type { ClientLine } from './client-flows.ts';
import { FAIR_SHARE } from './contender.ts';
import type { FailedLine, Line, Summary } from './summary.ts';

const HEADS = ['case', 'server', 'requests/s', 'spread', 'CPU us', 'Rondo is', 'of bare', 'state'];
const WIDTHS = [8, 10, 11, 9, 9, 11, 10, 8];

/** Below this the generator had its hands full, and it was itself that it measured. */
const IDLE_ENOUGH = 0.05;

const NOTES = `\
requests/s: the median of the rounds, with how far apart they are. CPU us: what
the server's process used for a request, in all its threads. "Rondo is" as many
times as fast as the server of the line; "of bare": this server's part of what
node:http alone does with the same JSON; both are medians of the rounds' ratios.
state: characters of requestState, on its way out in the first round and on its
way in afterwards.

Rondo encrypts its state and binds it to tool, arguments and principal; the
official SDK signs it, readable, bound to method and client; tmcp by default
does not protect it, and sends none before it has an answer. bare serves no
flow: it answers a constant. tmcp always answers with an event stream; it has no
adapter to node:http and is served through the official SDK's.`;

/** The budget of docs/design.md. */
const GOALS = { plain: 10, round: 6, ofBare: 0.8 };

export function table(summary: Summary): string {
  const { lines } = summary;
  const rows = lines.flatMap((line, index) => {
    const isNew = line.case !== lines[index - 1]?.case;
    const row = 'failure' in line ? failedRow(line, isNew) : rowOf(line, isNew);
    return isNew ? ['', row] : [row];
  });
  const servers = rows.length === 0 ? '' : [columns(HEADS), ...rows].join('\n');
  const notes = rows.length === 0 ? '' : NOTES;
  const parts = [head(summary), servers, clients(summary.clientFlows), goals(lines), notes];
  const all = [...parts, warnings(lines).join('\n')];
  return all.filter((part) => part !== '').join('\n\n');
}

/** Clients driving flows of three rounds, 16 at once. */
function clients(flows: readonly ClientLine[]): string {
  if (flows.length === 0) return '';
  const rows = flows.map(({ where: place, client, flowsPerSecond, cpuPerFlow, rondoOverThis }) =>
    [
      place.padEnd(18),
      client.padEnd(10),
      Math.round(flowsPerSecond).toLocaleString('en').padStart(10),
      cpuPerFlow.toFixed(0).padStart(10),
      client === 'rondo' ? '' : times(rondoOverThis).padStart(11),
    ].join(''),
  );
  const heads = 'flows of 3 rounds client       flows/s    CPU us   Rondo is';
  return [heads, ...rows].map((row) => row.trimEnd()).join('\n');
}

function head({ servers, machine, options }: Summary): string {
  const { rounds, seconds, connections } = options;
  const names = Object.entries(servers).map(([name, title]) => `${name.padEnd(10)}${title}`);
  return [
    ...names,
    `${machine.cpu}, ${machine.cores} cores, load ${machine.loadBefore.toFixed(1)} before`,
    `${rounds} rounds of ${seconds} s, ${connections} connections`,
  ].join('\n');
}

function rowOf(line: Line, isNew: boolean): string {
  const { server, requestsPerSecond, rondoOverThis, thisOverBare, stateLength } = line;
  return columns([
    isNew ? line.case : '',
    server,
    Math.round(requestsPerSecond).toLocaleString('en'),
    percent(line.spread),
    line.cpuPerRequest.toFixed(line.cpuPerRequest < 100 ? 1 : 0),
    server === 'rondo' || rondoOverThis === undefined ? '' : times(rondoOverThis),
    server === 'bare' || thisOverBare === undefined ? '' : percent(thisOverBare),
    stateLength === 0 ? '-' : String(stateLength),
  ]);
}

function failedRow(line: FailedLine, isNew: boolean): string {
  return columns([isNew ? line.case : '', line.server, 'n/a']);
}

/** Names to the left, figures to the right. */
function columns(cells: readonly string[]): string {
  const padded = cells.map((cell, index) =>
    index < 2 ? cell.padEnd(WIDTHS[index]!) : cell.padStart(WIDTHS[index]!),
  );
  return padded.join('').trimEnd();
}

function goals(lines: readonly (Line | FailedLine)[]): string {
  return lines.filter(isMeasured).flatMap(goalsOf).join('\n');
}

function goalsOf(line: Line): string[] {
  const isPlain = line.case === 'plain';
  const verdict = (figure: number, goal: number): string => (figure >= goal ? 'met' : 'MISSED');
  if (line.server === 'official' && line.rondoOverThis !== undefined) {
    const goal = isPlain ? GOALS.plain : GOALS.round;
    const figure = line.rondoOverThis;
    return [`goal ${verdict(figure, goal)}: ${line.case} ${times(figure)} official (${goal}x)`];
  }
  if (line.server === 'rondo' && isPlain && line.thisOverBare !== undefined) {
    const figure = line.thisOverBare;
    const text = `plain ${percent(figure)} of bare (${percent(GOALS.ofBare)})`;
    return [`goal ${verdict(figure, GOALS.ofBare)}: ${text}`];
  }
  return [];
}

/** What went wrong, or cannot be relied on. */
function warnings(lines: readonly (Line | FailedLine)[]): string[] {
  const failed = lines.filter((line) => 'failure' in line);
  const measured = lines.filter(isMeasured);
  const busy = measured.filter((line) => line.generatorIdle < IDLE_ENOUGH);
  const disturbed = measured.filter((line) => line.serverShare < FAIR_SHARE);
  return [
    ...failed.map((line) => `n/a ${where(line)} ${line.failure}`),
    ...named('The load generator had no time to spare, so these figures are too low:', busy),
    ...named('Something else kept these servers waiting, so CPU us says more:', disturbed),
  ];
}

function named(what: string, lines: readonly Line[]): string[] {
  return lines.length === 0 ? [] : [[what, ...lines.map(where)].join('\n  ')];
}

function isMeasured(line: Line | FailedLine): line is Line {
  return !('failure' in line);
}

function where(line: Line | FailedLine): string {
  return `${line.case}, ${line.server}`;
}

function times(ratio: number): string {
  return `${ratio.toFixed(ratio < 10 ? 2 : 1)}x`;
}

function percent(part: number): string {
  return `${Math.round(part * 100)} %`;
}

/** Plays a flow against a server, as a client would, up to the round that is measured. */
import { type Case, reason } from './cases.ts';
import { type Carried, bodyOf, headersOf } from './message.ts';
import { type Result, assertRight, readResult } from './reply.ts';

/** The round that is measured, as it went once. */
export interface Played {
  readonly body: string;
  readonly result: Result;
  /** Characters of the state that goes in, or for a first round of the one that comes out. */
  readonly stateLength: number;
}

/** @throws Error saying what came back instead of what had to */
export async function play(measured: Case, port: number): Promise<Played> {
  let carried: Carried = {};
  for (let round = 0; round < measured.roundsBefore; round++) {
    const result = await post(measured, port, bodyOf(measured, carried));
    carried = answered(result, round);
  }
  const body = bodyOf(measured, carried);
  const result = await post(measured, port, body);
  assertRight(measured, result);
  const state = carried.requestState ?? result.requestState ?? '';
  return { body, result, stateLength: state.length };
}

async function post(measured: Case, port: number, body: string): Promise<Result> {
  const headers = headersOf(measured);
  const url = `http://127.0.0.1:${port}/mcp`;
  const response = await fetch(url, { method: 'POST', headers, body });
  return readResult(response.status, await response.text());
}

function answered({ inputRequests = {}, requestState }: Result, round: number): Carried {
  const answer = { action: 'accept', content: { reason: reason(round) } };
  const keys = Object.keys(inputRequests);
  return {
    inputResponses: Object.fromEntries(keys.map((key) => [key, answer])),
    ...(requestState !== undefined && { requestState }),
  };
}

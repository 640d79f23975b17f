/** What is measured: one request per case, the same for every server. */

export type CaseName = 'plain' | 'first' | 'retry' | 'ten';

export interface Case {
  readonly name: CaseName;
  readonly what: string;
  readonly tool: 'greet' | 'interview';
  /** How many questions the tool asks, one a round. */
  readonly questions: number;
  /** Rounds played before the one that is measured. */
  readonly roundsBefore: number;
  /** What the measured round returns; absent where it has to ask. */
  readonly text?: string;
}

export const ARGUMENTS = { name: 'Ines' };

/** What the client says to the question of round `number`. */
export function reason(number: number): string {
  return `reason number ${number}`;
}

export const CASES: readonly Case[] = [
  {
    name: 'plain',
    what: 'a tool call that asks nothing',
    tool: 'greet',
    questions: 0,
    roundsBefore: 0,
    text: 'Hello, Ines.',
  },
  {
    name: 'first',
    what: 'the first round of a flow: it asks a question',
    tool: 'interview',
    questions: 1,
    roundsBefore: 0,
  },
  {
    name: 'retry',
    what: 'the second round, which brings the answer and completes',
    tool: 'interview',
    questions: 1,
    roundsBefore: 1,
    text: reasons(1),
  },
  {
    name: 'ten',
    what: 'the last round of ten questions: nine answers in the state, one new',
    tool: 'interview',
    questions: 10,
    roundsBefore: 10,
    text: reasons(10),
  },
];

function reasons(count: number): string {
  return `Ines: ${Array.from({ length: count }, (_, number) => reason(number)).join(', ')}.`;
}

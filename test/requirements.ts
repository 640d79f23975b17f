/**
 * What the protocol requires, what we chose where it leaves a choice, and which of it tests show.
 *
 * An id is two capital letters, a hyphen and a number (`MS-8`) for a requirement, a `T` and a number
 * for a note, and another capital letter of {@link RULE_FAMILIES} and a number for a rule of
 * docs/design.md. Ids are looked for
 *
 * - in tests (`*.test.ts` of src and test): in the titles of `describe`, `it` and `test`, wherever
 *   they stand there, and at the beginning of any other text, as rows of a table of titles have them.
 *   A title is a citation: its test shows what it names. Tests that are skipped, to be written or
 *   expected to fail show nothing;
 * - in comments of all sources, wherever they stand there. We write them in parentheses behind what
 *   they explain, (F9), (F11, MS-9), or in front of an invariant in the list at the head of a file;
 *   and not in comments of public names, which users of the package read;
 * - in the documents of docs/, outside of code.
 *
 * Nowhere else: not in identifiers, nor in other texts of a program. What looks like an id and is not
 * one has to be spelled otherwise in these places. A range, as MC-3 to MC-5, is its two ends.
 *
 * test/requirements.test.ts fails on an id that nobody defines, and on a requirement or rule that is
 * neither cited by a test nor excused here, with a true reason.
 */
import { CLIENT_ROUNDS, SERVER_ROUNDS } from './requirements/rounds.ts';
import { HTTP_CLIENT, HTTP_SERVER } from './requirements/http.ts';
import { ENVELOPE, VERSIONS } from './requirements/messages.ts';
import { NOTES } from './requirements/notes.ts';
import { LISTENING, PROGRESS } from './requirements/notifications.ts';
import {
  CACHE_HINTS,
  COMPLETIONS,
  PAGES,
  PROMPTS,
  RESOURCES,
  TOOLS,
} from './requirements/offers.ts';
import { ELICITATIONS, ROOTS, SAMPLINGS } from './requirements/questions.ts';
import type { Requirements } from './requirements/requirement.ts';
import { AUTHORIZATIONS, SECURITY } from './requirements/security.ts';
import { STANDARD_STREAMS } from './requirements/stdio.ts';
import { TASK_CLIENT, TASK_SERVER } from './requirements/tasks.ts';

/** Requirements whose ids begin alike. */
export interface Group {
  readonly prefix: string;
  readonly about: string;
  /** The file that defines them, in test/requirements. */
  readonly file: string;
  readonly requirements: Requirements;
}

export const GROUPS: readonly Group[] = [
  {
    prefix: 'MS',
    about: 'multi round-trip requests, the server',
    file: 'rounds.ts',
    requirements: SERVER_ROUNDS,
  },
  {
    prefix: 'MC',
    about: 'multi round-trip requests, the client',
    file: 'rounds.ts',
    requirements: CLIENT_ROUNDS,
  },
  { prefix: 'EN', about: 'the envelope, and errors', file: 'messages.ts', requirements: ENVELOPE },
  {
    prefix: 'VM',
    about: 'versions, `_meta` and discovery',
    file: 'messages.ts',
    requirements: VERSIONS,
  },
  {
    prefix: 'HS',
    about: 'Streamable HTTP, the server',
    file: 'http.ts',
    requirements: HTTP_SERVER,
  },
  {
    prefix: 'HC',
    about: 'Streamable HTTP, the client',
    file: 'http.ts',
    requirements: HTTP_CLIENT,
  },
  { prefix: 'IO', about: 'stdio, both sides', file: 'stdio.ts', requirements: STANDARD_STREAMS },
  { prefix: 'EL', about: 'elicitation', file: 'questions.ts', requirements: ELICITATIONS },
  { prefix: 'SA', about: 'sampling', file: 'questions.ts', requirements: SAMPLINGS },
  { prefix: 'RO', about: 'roots', file: 'questions.ts', requirements: ROOTS },
  { prefix: 'TO', about: 'tools', file: 'offers.ts', requirements: TOOLS },
  { prefix: 'RE', about: 'resources', file: 'offers.ts', requirements: RESOURCES },
  { prefix: 'PR', about: 'prompts', file: 'offers.ts', requirements: PROMPTS },
  { prefix: 'CO', about: 'completion', file: 'offers.ts', requirements: COMPLETIONS },
  { prefix: 'PA', about: 'pages of lists', file: 'offers.ts', requirements: PAGES },
  { prefix: 'CA', about: 'cache hints', file: 'offers.ts', requirements: CACHE_HINTS },
  { prefix: 'SU', about: 'subscriptions', file: 'notifications.ts', requirements: LISTENING },
  {
    prefix: 'PG',
    about: 'progress, logging, cancellation',
    file: 'notifications.ts',
    requirements: PROGRESS,
  },
  {
    prefix: 'TS',
    about: 'the Tasks extension, the server',
    file: 'tasks.ts',
    requirements: TASK_SERVER,
  },
  {
    prefix: 'TC',
    about: 'the Tasks extension, the client',
    file: 'tasks.ts',
    requirements: TASK_CLIENT,
  },
  { prefix: 'AU', about: 'authorization', file: 'security.ts', requirements: AUTHORIZATIONS },
  { prefix: 'SE', about: 'security otherwise', file: 'security.ts', requirements: SECURITY },
  { prefix: 'T', about: 'choices and traps', file: 'notes.ts', requirements: NOTES },
];

/** All of them by id. */
export const ALL_REQUIREMENTS: Requirements = Object.assign(
  {},
  ...GROUPS.map(({ requirements }) => requirements),
);

/**
 * The letters of rules. F and S are in docs/design.md: the engine and request state. The others come
 * with what is built next; until a document defines one of their rules, nothing may cite it.
 */
export const RULE_FAMILIES: readonly string[] = ['F', 'S', 'P', 'L', 'K', 'A', 'I'];

/** Rules that no test cites, and why. */
export const EXCUSED_RULES: Readonly<Record<string, string>> = {};

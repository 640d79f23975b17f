/** What every server's tools say and ask, so that only the servers differ. */
import * as z from 'zod';

export const SERVER_INFO = { name: 'bench', version: '1.0.0' };

/** How many questions the tool asks; 0 is the plain tool. Each server process serves one case. */
export const QUESTIONS = Number(process.argv[2]);

// Made once, as all peers advise: converting a schema costs more than the rest of a round.
export const Arguments = z.object({ name: z.string() });
export const Answer = z.object({ reason: z.string().min(3) });

export const GREET = 'Greets somebody by name';
export const INTERVIEW = 'Asks somebody for reasons, one at a time';

export const greeting = (name) => `Hello, ${name}.`;
export const key = (number) => `why-${number}`;
export const question = (name, number) => `${name}, what is reason number ${number}?`;
export const summary = (name, reasons) => `${name}: ${reasons.join(', ')}.`;

/** A tool that asks twice, made by a factory: so it can be served, and tested (booking.test.ts). */
import { McpServer, type ServerOptions } from 'mcp-rondo';
import * as z from 'zod';

/** What the tool needs of the world; a test has one of its own. */
export interface Airline {
  flights(to: string): Promise<[string, ...string[]]>;
  /** Returns the booking's number; the same one for the same key. */
  book(flight: string, key: string): Promise<string>;
}

export function createServer(airline: Airline, options: ServerOptions = {}): McpServer {
  const server = new McpServer({ name: 'travel', version: '1.0.0' }, options);

  server.registerTool(
    'book',
    { inputSchema: z.object({ to: z.string() }) },
    async ({ to }, ctx) => {
      const flights = await ctx.step('flights', () => airline.flights(to));
      const choice = await ctx.elicit('flight', {
        message: 'Which flight?',
        schema: z.object({ flight: z.enum(flights) }),
      });
      if (choice.action !== 'accept') return 'Nothing booked.';

      const { flight } = choice.content;
      if (!(await ctx.confirm('sure', `Book ${flight} to ${to}?`))) return 'Nothing booked.';

      const number = await ctx.step('book', (step) => airline.book(flight, step.idempotencyKey));
      return `Booked ${flight}: ${number}.`;
    },
  );
  return server;
}

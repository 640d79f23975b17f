/** Works the tasks that another process serves, and says when a handler goes on. */
import { openSchema } from './databases.ts';
import { SCHEMA, type WentOn, clock } from './latency.ts';
import { serverOf } from './task-client.ts';

const database = await openSchema(process.argv[2]!, SCHEMA);
const server = serverOf(database, (number) => {
  const wentOn: WentOn = { number, at: clock() };
  process.send!(wentOn);
});
server.work(20);
process.send!('ready');

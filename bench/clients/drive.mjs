/** Runs flows for as long as it is told on standard input, and says how many it was. */
import { createInterface } from 'node:readline';

/** How many are under way at once. */
const AT_ONCE = 16;

/** @param flow runs one flow and resolves with the text it ended in */
export async function drive(flow, expected) {
  await once(flow, expected);
  createInterface({ input: process.stdin }).on('line', async (line) => {
    const [command, seconds] = line.split(' ');
    if (command === 'cpu') {
      const { user, system } = process.cpuUsage();
      console.log(`cpu ${(user + system) / 1000}`);
    } else {
      console.log(`run ${await run(flow, expected, Number(seconds) * 1000)}`);
    }
  });
  console.log('ready 0');
}

/** @returns flows a second */
async function run(flow, expected, milliseconds) {
  const start = performance.now();
  let flows = 0;
  const worker = async () => {
    while (performance.now() - start < milliseconds) {
      await once(flow, expected);
      flows++;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return (flows * 1000) / (performance.now() - start);
}

async function once(flow, expected) {
  const text = await flow();
  if (text !== expected) throw new Error(`a flow ended in '${text}'`);
}

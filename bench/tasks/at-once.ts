/** How many calls, or jobs, are sent at once. */
export const AT_ONCE = 10;

/** Does it for the numbers from 0, some at once. */
export async function atOnce(
  count: number,
  work: (number: number) => Promise<unknown>,
  limit: number = AT_ONCE,
): Promise<void> {
  let next = 0;
  const repeat = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: limit }, repeat));
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * What a process has one of, however often its modules are loaded: a development server that loads
 * them anew would open a directory twice, and lose rows.
 */

export interface Shared<T> {
  readonly value: T;
  /** Closes it when all who have opened it have closed it. */
  close(): Promise<void>;
}

interface Opened {
  readonly shared: Promise<Shared<unknown>>;
  users: number;
  closing: Promise<void> | undefined;
}

const NAME = Symbol.for('mcp-rondo.embedded');

function all(): Map<string, Opened> {
  const global = globalThis as { [NAME]?: Map<string, Opened> };
  return (global[NAME] ??= new Map());
}

/** @param open called if it is not open */
export async function shareByName<T>(
  name: string,
  open: () => Promise<Shared<T>>,
): Promise<Shared<T>> {
  const opened = await join(name, open);
  let isClosed = false;
  const close = async (): Promise<void> => {
    if (isClosed) return opened.closing;
    isClosed = true;
    await leave(name, opened);
  };
  try {
    return { value: (await opened.shared).value as T, close };
  } catch (error) {
    if (all().get(name) === opened) all().delete(name);
    throw error;
  }
}

async function join(name: string, open: () => Promise<Shared<unknown>>): Promise<Opened> {
  for (;;) {
    const found = all().get(name);
    if (found === undefined) {
      const opened = { shared: open(), users: 1, closing: undefined };
      all().set(name, opened);
      return opened;
    }
    if (found.closing === undefined) {
      found.users++;
      return found;
    }
    await found.closing;
  }
}

async function leave(name: string, opened: Opened): Promise<void> {
  opened.users--;
  if (opened.users > 0) return;
  const { close } = await opened.shared;
  opened.closing = close().finally(() => {
    if (all().get(name) === opened) all().delete(name);
  });
  await opened.closing;
}

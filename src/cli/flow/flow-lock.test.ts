import { existsSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../test-support/temporary-folder.ts';
import { withFlowLock } from './flow-lock.ts';

const nothing = async (): Promise<void> => undefined;

it('a flow that is locked is refused under every name, with the process that has it', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'flow.json');
  const link = join(folder, 'link.json');
  writeFileSync(path, '{}');
  symlinkSync(path, link);
  await withFlowLock(path, async () => {
    for (const name of [path, link, join(folder, '.', 'x', '..', 'flow.json')]) {
      const refused = `${name} is in use: process ${process.pid} continues`;
      await expect(withFlowLock(name, nothing)).rejects.toThrow(refused);
    }
    await withFlowLock(join(folder, 'other.json'), nothing);
  });
  await withFlowLock(link, nothing);
  expect(existsSync(`${path}.lock`)).toBe(false);
});

it('a flow is locked before its file is there, and free after an error', async () => {
  const path = join(temporaryFolder(), 'flow.json');
  const failing = withFlowLock(path, async () => {
    await expect(withFlowLock(path, nothing)).rejects.toThrow('is in use');
    throw new Error('boo');
  });
  await expect(failing).rejects.toThrow('boo');
  await withFlowLock(path, nothing);
});

it('a flow that cannot be locked is refused, and it says why', async () => {
  const path = join(temporaryFolder(), 'flow.json');
  writeFileSync(path, '{}');
  const refused = withFlowLock(join(path, 'deeper.json'), nothing);
  await expect(refused).rejects.toThrow(
    /folder of .*deeper\.json has to be writable, .*: a part of its path is no folder\./,
  );
});

import { expect, it } from 'vitest';
import type { RegisteredItem } from '../server/extension.ts';
import type { TaskHost } from './runs/task-host.ts';
import { Tools } from './tools.ts';

it('K14 tools that come and go cost nothing when they have gone', () => {
  const registered = new Set<string>();
  let looks = 0;
  const tool = (name: string): object | undefined => {
    looks++;
    return registered.has(name) ? { isOpen: true, versions: ['1'] } : undefined;
  };
  const tools = new Tools({ port: { tool } } as unknown as TaskHost);
  const add = (target: string): void => {
    tools.add({ method: 'tools/call', target, config: {} } as RegisteredItem);
    registered.add(target);
  };
  add('stays');
  for (let i = 0; i < 100; i++) {
    add(`tool ${i}`);
    registered.delete(`tool ${i}`);
  }
  add('last');
  looks = 0;
  expect([tools.openTargets, looks]).toEqual([['stays', 'last'], 2]);
});

/** The tasks of a store as one server reaches them, until it dies. */
import type { TaskStore } from '../../../src/tasks/contract.ts';
import type { Death, Fuse } from './fuse.ts';

/** Methods that only a worker calls: the moments at which it dies. */
const OF_WORKERS: ReadonlySet<string> = new Set([
  'claim',
  'load',
  'look',
  'append',
  'drop',
  'ask',
  'describe',
  'release',
  'finish',
]);

/** @param onDeath called once, with how it dies */
export function mortalTasks(
  tasks: TaskStore,
  fuse: Fuse,
  onDeath: (death: Death) => void,
): TaskStore {
  let isDead = false;
  const dies = (): boolean => {
    if (isDead || !fuse.isDead()) return false;
    isDead = true;
    onDeath(fuse.death);
    return true;
  };
  const isGone = (): boolean => isDead && fuse.death !== 'lapse';
  return new Proxy(tasks, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (name === 'wakeUps' || typeof member !== 'function') return member;
      const work = member.bind(target) as (...given: unknown[]) => Promise<unknown>;
      return async (...given: unknown[]): Promise<unknown> => {
        const isMoment = OF_WORKERS.has(String(name));
        if (isMoment) dies();
        if (isGone()) return new Promise(() => undefined);
        const result = await work(...given);
        if (isMoment && dies() && fuse.death === 'error') throw new Error('the connection is lost');
        return isGone() ? new Promise(() => undefined) : result;
      };
    },
  });
}

import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Job, JobReply, Load } from './load.ts';

/** The load generator's process, seen from the one that orders the load. */
export class Generator {
  readonly #child: ChildProcess = fork(fileURLToPath(new URL('./load.ts', import.meta.url)));

  /** @throws Error what came back instead of the right response */
  run(job: Job): Promise<Load> {
    return new Promise((resolve, reject) => {
      const onExit = (): void => reject(new Error('the load generator has died'));
      this.#child.once('exit', onExit);
      this.#child.once('message', (reply: JobReply) => {
        this.#child.off('exit', onExit);
        if ('load' in reply) resolve(reply.load);
        else reject(new Error(reply.error));
      });
      this.#child.send(job);
    });
  }

  close(): void {
    this.#child.disconnect();
  }
}

/** `rondo` with a folder for its logins, and a server that wants one. */
import { temporaryFolder } from '../../../src/cli/test-support/temporary-folder.ts';
import { LoginStage } from '../auth/login.ts';
import type { Program } from '../program.ts';
import { Commands, type Ended, endOf } from './commands.ts';

export class LoginCommands {
  readonly #stage = new LoginStage();
  readonly #commands = new Commands();
  #folder = '';

  /** A new folder, and a new server with its authority. */
  async open() {
    this.#folder = temporaryFolder();
    const { authority, server } = await this.#stage.all();
    return { authority, server, folder: this.#folder };
  }

  start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Program {
    return this.#commands.start(args, { XDG_CONFIG_HOME: this.#folder, ...env });
  }

  run(...args: string[]): Promise<Ended> {
    return endOf(this.start(args));
  }

  async close(): Promise<void> {
    await this.#commands.kill();
    await this.#stage.close();
  }
}

/** The page that a program wants opened. */
export async function pageOf(program: Program): Promise<string> {
  const [url] = await program.untilFound(() => /^http\S+authorize\S+$/m.exec(program.errors));
  return url;
}

/** `rondo`, run as a program of its own. */
import { Program } from '../program.ts';

/** How a command has ended, and what it has written by then. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

export class Commands {
  readonly #started: Program[] = [];

  start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Program {
    const program = new Program('src/cli/main.ts', args, { RONDO_STATE_KEYS: '', ...env });
    this.#started.push(program);
    return program;
  }

  async run(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ended> {
    return endOf(this.start(args, env));
  }

  /** Kills what still runs. */
  async kill(): Promise<void> {
    await Promise.all(this.#started.splice(0).map((program) => program.kill()));
  }
}

export async function endOf(program: Program): Promise<Ended> {
  const code = await program.ended();
  return { code, output: program.output, errors: program.errors };
}

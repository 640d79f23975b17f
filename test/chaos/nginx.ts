/** Debian's nginx on a port of the loopback, with a configuration of its own, in front of instances. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../support/free-port.ts';

/** Whether there is one here. */
export const hasNginx = spawnSync('nginx', ['-v']).status === 0;

export class Nginx {
  readonly url: string;
  readonly #folder: string;
  readonly #process: ChildProcess;

  private constructor(port: number, folder: string) {
    this.url = `http://127.0.0.1:${port}/mcp`;
    this.#folder = folder;
    const args = ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'errors')];
    this.#process = spawn('nginx', args, { stdio: 'ignore' });
  }

  /**
   * @param method how it finds an instance, as a directive of `upstream`; by default one after another
   * @throws Error that says what to install
   */
  static async start(ports: readonly number[], method = ''): Promise<Nginx> {
    if (!hasNginx) throw new Error('There is no nginx here: apt-get install nginx');
    const folder = mkdtempSync(join(tmpdir(), 'rondo-nginx-'));
    const port = await freePort();
    writeFileSync(join(folder, 'nginx.conf'), configuration(port, ports, method));
    const nginx = new Nginx(port, folder);
    while (!(await isOpen(port))) await new Promise((resolve) => setTimeout(resolve, 10));
    return nginx;
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null) {
      this.#process.kill('SIGKILL');
      await once(this.#process, 'exit');
    }
    rmSync(this.#folder, { recursive: true });
  }
}

/** An instance that is gone stays in the round: it comes back at the same port. */
function configuration(port: number, ports: readonly number[], method: string): string {
  const servers = ports.map((each) => `server 127.0.0.1:${each} max_fails=0;`).join(' ');
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
daemon off;
master_process off;
pid nginx.pid;
events { worker_connections 4096; }
http {
  access_log off;
  ${paths.map((path) => `${path}_temp_path ${path};`).join(' ')}
  upstream instances { ${method} ${servers} keepalive 64; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://instances;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host localhost;
      proxy_buffering off;
      proxy_connect_timeout 2s;
      proxy_read_timeout 75s;
    }
  }
}
`;
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true));
    socket.on('error', () => resolve(false));
    socket.on('close', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}

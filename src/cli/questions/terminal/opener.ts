import { spawn } from 'node:child_process';

/** How long a program that opens URLs may take to say that it cannot, in ms. */
const PATIENCE = 1_500;

/**
 * Opens a URL with the system's own program for that; never through a shell (SE-5). Resolves with
 * whether it seems to have worked.
 */
export async function openUrl(url: URL): Promise<boolean> {
  const [command, ...args] = openerFor(process.platform);
  const child = spawn(command, [...args, url.href], { stdio: 'ignore', detached: true });
  child.unref();
  return new Promise((resolve) => {
    // Some of these programs run as long as the browser does.
    const timer = setTimeout(() => resolve(true), PATIENCE);
    const settle = (hasWorked: boolean): void => {
      clearTimeout(timer);
      resolve(hasWorked);
    };
    child.once('error', () => settle(false));
    child.once('exit', (code) => settle(code === 0));
  });
}

function openerFor(platform: NodeJS.Platform): readonly [string, ...string[]] {
  if (platform === 'darwin') return ['open'];
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  return ['xdg-open'];
}

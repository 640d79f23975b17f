/** The platform's `http` or `https`. */
interface PlatformHttp {
  readonly globalAgent: object;
}

/**
 * What an agent of ours needs to go through the proxies of the environment, where the process has
 * been told so: by `NODE_USE_ENV_PROXY` or `--use-env-proxy`. Agents do not by themselves.
 */
export function proxyOptions({ globalAgent }: PlatformHttp): { readonly proxyEnv?: object } {
  const { proxyEnv } = (globalAgent as { options: { proxyEnv?: object } }).options;
  const env = globalThis.process?.env ?? {};
  const isOn = proxyEnv !== undefined || env['NODE_USE_ENV_PROXY'] === '1';
  return isOn ? { proxyEnv: proxyEnv ?? env } : {};
}

import * as http from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { proxyOptions } from './environment-proxies.ts';

const agent = (options: object): { globalAgent: object } => ({ globalAgent: { options } });

describe('the proxies of the environment', () => {
  afterEach(() => void vi.unstubAllEnvs());

  it('are not used unless the process has been told to', () => {
    for (const value of [undefined, '', '0']) {
      vi.stubEnv('NODE_USE_ENV_PROXY', value);
      expect(proxyOptions(agent({ proxyEnv: undefined }))).toEqual({});
      expect(proxyOptions(agent({}))).toEqual({});
    }
  });

  it('are used with NODE_USE_ENV_PROXY', () => {
    vi.stubEnv('NODE_USE_ENV_PROXY', '1');
    expect(proxyOptions(http)).toEqual({ proxyEnv: process.env });
  });

  it("are used as the platform's own agent uses them, whatever has told it", () => {
    vi.stubEnv('NODE_USE_ENV_PROXY', undefined);
    const proxyEnv = { HTTP_PROXY: 'http://127.0.0.1:1' };
    expect(proxyOptions(agent({ proxyEnv }))).toEqual({ proxyEnv });
  });
});

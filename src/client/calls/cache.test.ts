import { describe, expect, it } from 'vitest';
import { ResponseCache } from './cache.ts';

describe('CA-3 a cached result', () => {
  it.each([60_000, Number.MAX_VALUE, Number('1e400')])(
    'is used for a ttlMs of %d, without a warning',
    async (ttlMs) => {
      const warnings: string[] = [];
      const warn = (text: string): void => void warnings.push(text);
      const logger = { debug: warn, info: warn, warn, error: warn };
      const cache = new ResponseCache('https://a.example', undefined, logger);
      const load = async (): Promise<object> => ({ ttlMs: ttlMs, n: ++loads });
      let loads = 0;
      for (let i = 0; i < 2; i++) await cache.use('tools/list', '', {}, load as never);
      expect([loads, warnings]).toEqual([1, []]);
    },
  );
});

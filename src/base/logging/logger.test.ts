import { afterEach, expect, test, vi } from 'vitest';
import { safeLogger } from './logger.ts';

afterEach(() => vi.restoreAllMocks());

const failures = {
  throws: () => {
    throw null;
  },
  rejects: () => Promise.reject(null),
};

for (const [what, fail] of Object.entries(failures)) {
  test(`a logger that ${what} at everything fails nobody, and stderr has it once`, async () => {
    const onStderr = vi.spyOn(console, 'error').mockImplementation(() => {});
    const logger = safeLogger({ debug: fail, info: fail, warn: fail, error: fail });

    logger.warn('first');
    logger.error('second');
    await new Promise((resolve) => setImmediate(resolve));

    expect(onStderr.mock.calls).toEqual([
      ['[rondo] The logger failed (null). Its first lost message: first'],
    ]);
  });
}

test('a safe logger calls the methods on the logger that it was made of', () => {
  class Collector {
    readonly messages: string[] = [];
    debug(message: string): void {
      this.messages.push(message);
    }
    info = this.debug;
    warn = this.debug;
    error = this.debug;
  }
  const collector = new Collector();
  const logger = safeLogger(collector);

  logger.debug('one');
  logger.info('two');

  expect(collector.messages).toEqual(['one', 'two']);
});

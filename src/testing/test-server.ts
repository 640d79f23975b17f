import { type ServerFactory, TestHost, type TestHostOptions } from './test-host.ts';

/**
 * Hosts a server for a test, in this process and with nothing to close.
 *
 * @param factory makes one instance: spread what it is given into the options of `McpServer`
 * @throws RondoError `invalid_options`
 */
export function testServer(factory: ServerFactory, options: TestHostOptions = {}): TestHost {
  return new TestHost(factory, options);
}

// The whole public surface of `mcp-rondo/testing`: an explicit list, one name at a time.

export { testServer } from './test-server.ts';
export { TestHost } from './test-host.ts';
export type { HostedOptions, ServerFactory, TestHostOptions } from './test-host.ts';
export { TestFlow } from './test-flow.ts';
export type { ForkOptions, TestCallOptions } from './test-flow.ts';
export type { TestError } from './seen-flow.ts';
export type { TestCaller } from './link.ts';
export type { Answer } from './answer.ts';
export type { ExpectedQuestion, Question } from './question.ts';
export type { LogRecord } from './server-log.ts';
export type { InstanceCount } from './instances.ts';

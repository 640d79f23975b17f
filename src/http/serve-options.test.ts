import { describe, expect, it } from 'vitest';
import { readOptions } from '../base/options/options.ts';
import { NODE_HANDLER_OPTIONS, SERVE_OPTIONS } from './serve-options.ts';

const handler = (): Response => new Response();

describe('options of serve()', () => {
  it.each<[object]>([
    [{ port: 0 }],
    [{ port: 65_535, host: '::1' }],
    [{ path: '/' }],
    [{ path: '/a/b-c_d%20e' }],
    [{ routes: { '/healthz': handler, '/assets/*': handler } }],
    [{ worker: false }],
    [{ worker: { concurrency: 3 } }],
    [{ signals: false, grace: 0 }],
    [{ signals: [] }],
    [{ signals: ['SIGTERM', 'SIGUSR2'] }],
  ])('can be %j', (options) => expect(readOptions(SERVE_OPTIONS, options)).toEqual(options));

  it.each<[object, string]>([
    [{ port: -1 }, 'from 0 to 65535'],
    [{ port: 65_536 }, 'from 0 to 65535'],
    [{ port: 1.5 }, 'from 0 to 65535'],
    [{ port: '3000' }, 'from 0 to 65535'],
    [{ host: '' }, 'not empty'],
    [{ path: 'mcp' }, 'begin with a slash'],
    [{ path: '//evil.example' }, 'begin with a slash'],
    [{ path: '/a b' }, 'encoded as in URLs'],
    [{ path: '/a?b' }, 'no query'],
    [{ path: '/a#b' }, 'no query'],
    [{ path: '/a/../b' }, 'encoded as in URLs'],
    [{ path: 7 }, 'begin with a slash'],
    [{ worker: true }, 'an object or false'],
    [{ worker: { concurrency: 0 } }, 'worker.concurrency'],
    [{ signals: 'SIGTERM' }, 'an array such as'],
    [{ signals: ['TERM'] }, 'an array such as'],
    [{ signals: ['SIGTERM', 'xSIGINT'] }, 'an array such as'],
    [{ signals: ['SIGint'] }, 'an array such as'],
    [{ signals: ['SIGTERM '] }, 'an array such as'],
    [{ signals: true }, 'an array such as'],
    [{ grace: -1 }, 'grace'],
    [{ authenticate: handler }, "under 'http' in the options of McpServer"],
  ])('cannot be %j', (options, words) => {
    expect(() => readOptions(SERVE_OPTIONS, options as never)).toThrow(words);
  });
});

it('options of nodeHandler() are one', () => {
  expect(readOptions(NODE_HANDLER_OPTIONS, { onLoopback: true })).toEqual({ onLoopback: true });
  expect(() => readOptions(NODE_HANDLER_OPTIONS, { onLoopback: 'yes' as never })).toThrow('true');
  expect(() => readOptions(NODE_HANDLER_OPTIONS, { cors: true } as never)).toThrow('McpServer');
});

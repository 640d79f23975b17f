import { describe, expect, it } from 'vitest';
import { LINEAR, growth } from '../../base/test-support/growth.ts';
import { UriTemplate } from './uri-template.ts';

const match = (template: string, uri: string): unknown => {
  const variables = new UriTemplate(template).match(uri);
  return variables && { ...variables };
};

describe('a URI template', () => {
  const matching: [string, string, unknown][] = [
    ['a://b', 'a://b', {}],
    ['a://{x}', 'a://1', { x: '1' }],
    ['a://{x}/{y}', 'a://1/2', { x: '1', y: '2' }],
    ['a://{x,y}', 'a://1,2', { x: '1', y: '2' }],
    ['a://{x*}', 'a://1,2,3', { x: ['1', '2', '3'] }],
    ['a://b{/x}', 'a://b/1', { x: '1' }],
    ['a://b{/x*}', 'a://b/1/2', { x: ['1', '2'] }],
    ['a://b{.x}', 'a://b.json', { x: 'json' }],
    ['a://{+x}', 'a://1/2?q#f', { x: '1/2?q#f' }],
    ['a://b{#x}', 'a://b#part', { x: 'part' }],
    ['a://b{?x,y}', 'a://b?y=2&x=1', { x: '1', y: '2' }],
    ['a://b{?x,y}', 'a://b', {}],
    ['a://b{?x*}', 'a://b?x=1&x=2', { x: ['1', '2'] }],
    ['a://{x}', 'a://%C3%A9%20b', { x: 'é b' }],
    ['a://(b).{x}', 'a://(b).1', { x: '1' }],
    ['a://{x}.{y}', 'a://b.tar.gz', { x: 'b.tar', y: 'gz' }],
    ['a://{x}-{y}-{z}', 'a://1-2-3', { x: '1', y: '2', z: '3' }],
    ['a://{x}/{+y}/{z}', 'a://1/2/3/4', { x: '1', y: '2/3', z: '4' }],
    ['a://{x}/c/{y}', 'a://1/c/2', { x: '1', y: '2' }],
    ['a://b{?x}', 'a://b?', {}],
    ['file:///docs/café/{name}', 'file:///docs/caf%C3%A9/a.txt', { name: 'a.txt' }],
    ['file:///docs/café/{name}', 'file:///docs/caf%c3%a9/a.txt', { name: 'a.txt' }],
    ['file:///docs/café/{name}', 'file:///docs/café/a.txt', { name: 'a.txt' }],
    ['file:///caf%c3%a9/{name}', 'file:///caf%C3%A9/a', { name: 'a' }],
    ['a://my files/{x}', 'a://my%20files/1', { x: '1' }],
    ['a://~me/{x}', 'a://%7Eme/1', { x: '1' }],
    ['a://b?kind=pdf{&x}', 'a://b?kind=pdf&x=1', { x: '1' }],
    ['a://b?kind=pdf{&x}', 'a://b?x=1&kind=pdf', { x: '1' }],
    ['a://b?kind=pdf', 'a://b?kind=pdf', {}],
    ['a://b?q={q}&lang={l}', 'a://b?lang=en&q=1%202&page=3', { q: '1 2', l: 'en' }],
    ['a://b?q={q}', 'a://b?q=%C3%A9', { q: 'é' }],
    ['a://b?{+rest}', 'a://b?1/2', { rest: '1/2' }],
    ['a://{x}/{x}', 'a://1/1', { x: '1' }],
    ['http://h:{port}/', 'http://h:80/', { port: '80' }],
    ['{scheme}://b', 'http://b', { scheme: 'http' }],
  ];
  for (const [template, uri, expected] of matching) {
    it(`${template} finds ${JSON.stringify(expected)} in ${uri}`, () => {
      expect(match(template, uri)).toEqual(expected);
    });
  }

  const mismatches: [string, string][] = [
    ['a://{x}', 'a://'],
    ['a://{x}', 'a://1/2'],
    ['a://{x}', 'b://1'],
    ['a://{x}/c', 'a://1/d'],
    ['a://b.{x}', 'a://bc1'],
    ['a://{x}.{y}', 'a://.1'],
    ['a://{x}.{y}', 'a://1.'],
    ['a://{x}.{y}', 'a://1/2.3'],
    ['a://bb{x}b', 'a://bb'],
    ['a://{+x}', 'a://.\t./b'],
    ['a://{+x}', 'a://b\n'],
    ['a://b{?x}', 'a://b?x=1#f'],
    ['a://b?kind=pdf{&x}', 'a://b?kind=doc&x=1'],
    ['a://b?kind=pdf{&x}', 'a://b?x=1'],
    ['a://b?q={q}', 'a://b'],
    ['a://{x}/{x}', 'a://1/2'],
    ['file:///docs/cafe/{name}', 'file:///docs/caf%C3%A9/a.txt'],
    ['file:///a%2Fb/{x}', 'file:///a/b/1'],
    ['a://docs/{tenant}/{x}', 'a://docs/./1'],
    ['a://docs/{tenant}/{x}', 'a://docs/%2e/1'],
    ['a://docs/{tenant}/{x}', 'a://docs/a%2F%2E%2Fb/1'],
    ['a://docs/{+x}', 'a://docs/a/./b'],
    ['a://docs/{+x}', 'a://docs/..'],
    ['file:///{tenant}/{x}', String.raw`file:///a\b/1`],
    ['file:///{tenant}/{x}', 'file:///a%5Cb/1'],
    ['HTTPS://h/{x}', String.raw`HTTPS://h/a\b`],
    ['a://{x}', 'a://\ud800'],
    ['a://{x}', 'a://%zz'],
    ['a://{x}', `a://${'x'.repeat(10_000)}`],
  ];
  for (const [template, uri] of mismatches) {
    it(`${template} does not match ${uri.slice(0, 20)}`, () => {
      expect(match(template, uri)).toBeUndefined();
    });
  }

  for (const template of [
    'a://{',
    'a://{x',
    'a://{;x}',
    'a://{x:3}',
    'a://{}',
    'a://{+x}/{+y}',
    'a://}',
    'a://{x}{y}',
    'a://{x}{+y}',
    '/files/{x}',
    'files/{x}',
    'file:///../{x}',
    'file:///a/./{x}',
    'file:///a/%2e%2e/{x}',
    String.raw`file:///a\b/{x}`,
    'a://b?x=a{y}b{&z}',
    'a://b{?x}#f',
    'a://%zz/{x}',
    'a://\ud800/{x}',
  ]) {
    it(`${template} is refused`, () => {
      expect(() => new UriTemplate(template)).toThrow(
        expect.objectContaining({ code: 'invalid_options' }),
      );
    });
  }

  it.each(['x/', '/', 'x', '%78', 'x/y?', 'x,', '../', '?f=', '&f=1'])(
    'is held against a URI of many %s in linear time',
    (unit) => {
      const template = new UriTemplate('a://{a}/{b}/{+c}{/d*}/{e}{?f,g*}');
      const textOf = (length: number): string => `a://${unit.repeat(length / unit.length)}`;
      expect(growth((uri) => template.match(uri), textOf, 500)).toBeLessThan(LINEAR);
    },
  );

  it.each(['%2e/', String.raw`\\`, 'é', '?x=1', '&x=1', './', '%', '%c3%a9', 'a=1&'])(
    'of a query is held against a URI of many %s in linear time',
    (unit) => {
      const template = new UriTemplate('file:///é/{a}/{+c}?x={x}&k=1{&f,g*}');
      const textOf = (length: number): string =>
        `file:///%C3%A9/${unit.repeat(length / unit.length)}?x=1&k=1`;
      expect(growth((uri) => template.match(uri), textOf, 500)).toBeLessThan(LINEAR);
    },
  );

  it('has a variable named __proto__ like any other', () => {
    const variables = new UriTemplate('a://{__proto__}').match('a://1')!;
    expect(Object.keys(variables)).toEqual(['__proto__']);
  });
});

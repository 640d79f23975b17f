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

  it('has a variable named __proto__ like any other', () => {
    const variables = new UriTemplate('a://{__proto__}').match('a://1')!;
    expect(Object.keys(variables)).toEqual(['__proto__']);
  });
});

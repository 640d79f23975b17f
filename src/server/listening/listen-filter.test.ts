import { describe, expect, it } from 'vitest';
import { LINEAR, growth } from '../../base/test-support/growth.ts';
import { LONG_URIS } from '../../base/test-support/long-texts.ts';
import { Catalogue } from '../catalogue.ts';
import { resolveOptions } from '../options.ts';
import { ResultWriter } from '../requests/result-writer.ts';
import { mayRead } from '../resources/resource-read.ts';
import { ResourceTemplate } from '../resources/resource-template.ts';
import { readFilter } from './listen-filter.ts';

const options = resolveOptions('s', {});
const catalogue = new Catalogue(options, new ResultWriter({ name: 's', version: '1' }), () => {});
for (const uri of ['a://{x}/{y}', 'a://b/{+rest}', 'a://b/{x}{?q,r}']) {
  const template = new ResourceTemplate(uri, { list: undefined });
  catalogue.addTemplate({ name: uri, template }, {}, () => 'x');
}

function subscribe(uris: readonly string[]): void {
  try {
    readFilter({ resourceSubscriptions: uris }, ['resources'], (uri) =>
      mayRead(uri, undefined, catalogue),
    );
  } catch {
    // Refused, which is right; what counts is how long that took.
  }
}

describe.each(LONG_URIS)('SE-1 a subscription to a URI with %s', (_name, piece) => {
  const longText = (length: number): string => piece.repeat(length / piece.length);

  it('is read in linear time when the URI is long', () => {
    for (const start of ['a://b/', 'http://', 'a://']) {
      const cost = growth(
        (text) => subscribe([text]),
        (length) => start + longText(length),
      );
      expect(cost).toBeLessThan(LINEAR);
    }
  });

  it('is read in linear time when there are many', () => {
    const many = (text: string): string[] =>
      Array.from({ length: text.length / 20 }, (_, i) => `http://${longText(200)}${i}`);
    const cost = growth((text) => subscribe(many(text)), longText);
    expect(cost).toBeLessThan(LINEAR);
  });
});

import { describe, expect, it } from 'vitest';
import type { InputRequest } from '../../protocol/results.ts';
import { policyNotice } from './policy-notice.ts';

function page(url: string): InputRequest {
  return {
    method: 'elicitation/create',
    params: { mode: 'url', message: '', url },
  } as InputRequest;
}

function form(properties: object): InputRequest {
  const requestedSchema = { type: 'object', properties };
  return { method: 'elicitation/create', params: { message: '', requestedSchema } } as InputRequest;
}

describe('a question that is declined without being asked', () => {
  it.each<[string, InputRequest, string]>([
    [
      'for a page without encryption names the option that helps',
      page('http://example.com/'),
      "rondo: 'k' is declined: its connection is not encrypted. --allow-insecure-urls asks you about it.",
    ],
    [
      'for another scheme does not, since it does not help',
      page('javascript:alert(1)'),
      "rondo: 'k' is declined: its scheme is javascript:.",
    ],
    ['for what is no URL does not', page('x'), "rondo: 'k' is declined: it is not a URL."],
    [
      'for a form names the field',
      form({ ok: { type: 'string' }, odd: { type: 'object' } }),
      "rondo: 'k' is declined: its form cannot be shown, since the field 'odd' is of a kind that no form may have.",
    ],
  ])('%s', (_name, request, notice) => {
    expect(policyNotice('k', request)).toBe(notice);
  });
});

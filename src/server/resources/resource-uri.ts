/** Characters that must be escaped in URIs. URL parsers silently drop some of them (RE-3). */
const UNFIT = /[\0-\x20\x7f]/;

/** Whether a URL parser would read another URI than was written. */
export function isUnfit(uri: string): boolean {
  return UNFIT.test(uri);
}

/** What is wrong with the URI of one resource, in words that follow its name. */
export function uriProblem(uri: unknown): string | undefined {
  if (typeof uri !== 'string' || !URL.canParse(uri)) return 'is not an absolute URI';
  if (isUnfit(uri))
    return 'has characters that must be escaped, such as a space: it is never found';
  if (!/[{}]/.test(uri)) return undefined;
  return 'is a template: pass new ResourceTemplate(text, { list: undefined })';
}

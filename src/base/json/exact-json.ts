/**
 * JSON text that is read again as the value that it was written from. A JSON text may have numbers
 * that JavaScript has none for: `1e400` is read as `Infinity`, which `JSON.stringify` writes as `null`.
 */
export function exactJson(value: unknown): string {
  const text = JSON.stringify(value);
  return text.includes('null') && holdsInfinity(value) ? (written(value) ?? 'null') : text;
}

function holdsInfinity(value: unknown): boolean {
  if (typeof value === 'number') return Math.abs(value) === Number.POSITIVE_INFINITY;
  if (typeof value !== 'object' || value === null || hasOwnForm(value)) return false;
  for (const member of Array.isArray(value) ? value : Object.values(value)) {
    if (holdsInfinity(member)) return true;
  }
  return false;
}

/** Whether it says itself what it is in JSON, as a Date does. */
function hasOwnForm(value: object): boolean {
  return typeof (value as { toJSON?: unknown }).toJSON === 'function';
}

/** What `JSON.stringify` writes, infinite numbers apart; `undefined` for what it leaves out. */
function written(value: unknown): string | undefined {
  if (value === Number.POSITIVE_INFINITY) return '1e999';
  if (value === Number.NEGATIVE_INFINITY) return '-1e999';
  if (typeof value !== 'object' || value === null || hasOwnForm(value)) {
    return JSON.stringify(value) as string | undefined;
  }
  if (Array.isArray(value)) return `[${value.map((item) => written(item) ?? 'null').join(',')}]`;
  const members = Object.entries(value).flatMap(([key, member]) => {
    const text = written(member);
    return text === undefined ? [] : [`${JSON.stringify(key)}:${text}`];
  });
  return `{${members.join(',')}}`;
}

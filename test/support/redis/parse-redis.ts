/** The protocol of Redis, as it answers. */
interface Parsed {
  readonly value: unknown;
  readonly end: number;
}

/** One value; `undefined` if it is not there as a whole. */
export function parseRedis(bytes: Buffer, start: number): Parsed | undefined {
  const lineEnd = bytes.indexOf('\r\n', start);
  if (lineEnd < 0) return undefined;
  const line = bytes.toString('utf8', start + 1, lineEnd);
  const end = lineEnd + 2;
  switch (String.fromCharCode(bytes[start]!)) {
    case ':':
      return { value: Number(line), end };
    case '-':
      return { value: new Error(line), end };
    case '$':
      return parseBulk(bytes, Number(line), end);
    case '*':
      return parseList(bytes, Number(line), end);
    default:
      return { value: line, end };
  }
}

function parseBulk(bytes: Buffer, length: number, start: number): Parsed | undefined {
  if (length < 0) return { value: null, end: start };
  const end = start + length + 2;
  if (bytes.length < end) return undefined;
  return { value: bytes.toString('utf8', start, end - 2), end };
}

function parseList(bytes: Buffer, length: number, start: number): Parsed | undefined {
  const values: unknown[] = [];
  let end = start;
  while (values.length < length) {
    const parsed = parseRedis(bytes, end);
    if (parsed === undefined) return undefined;
    values.push(parsed.value);
    ({ end } = parsed);
  }
  return { value: values, end };
}

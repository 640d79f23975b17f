/**
 * `fn` of a text, remembered for the text that it was last called with: clients send the same
 * headers again and again.
 */
export function lastResultOf<T>(fn: (text: string) => T): (text: string) => T {
  let last: string | undefined;
  let result: T;
  return (text) => {
    if (text === last) return result;
    result = fn(text);
    last = text;
    return result;
  };
}

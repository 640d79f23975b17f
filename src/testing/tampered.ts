/** `state` with one character in its middle replaced by another of the base64url alphabet. */
export function tampered(state: string): string {
  const middle = Math.floor(state.length / 2);
  const other = state[middle] === 'A' ? 'B' : 'A';
  return state.slice(0, middle) + other + state.slice(middle + 1);
}

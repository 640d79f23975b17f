/** `state` with one character in its middle changed for another that may stand in a state. */
export function tampered(state: string): string {
  const middle = Math.floor(state.length / 2);
  const other = state[middle] === 'A' ? 'B' : 'A';
  return state.slice(0, middle) + other + state.slice(middle + 1);
}

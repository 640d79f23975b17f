/**
 * How this command is typed where it runs: by its name if it is installed for all, and through npx if it
 * was found by npx, or in a project's own packages.
 */
export const rondo: string = nameAt(process.argv[1] ?? '');

/** @param script the path by which the program was started */
export function nameAt(script: string): string {
  return /[\\/]node_modules[\\/]\.bin[\\/]/.test(script) ? 'npx mcp-rondo' : 'rondo';
}

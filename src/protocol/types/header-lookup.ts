/** Headers by lower-case name. */
export interface HeaderLookup {
  get(name: string): string | null | undefined;
}

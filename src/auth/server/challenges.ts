/** What `WWW-Authenticate` says to a client that is refused (RFC 6750 section 3, A8, A9). */

export class Challenges {
  readonly #metadataUrl: string;

  constructor(metadataUrl: string) {
    this.#metadataUrl = metadataUrl;
  }

  /**
   * @param scopes what the client should ask for; none: it is not said
   * @param error what was wrong with the token; absent if there was none
   */
  challenge(scopes: readonly string[], error?: string): string {
    const parts = [
      error !== undefined && `error="${error}"`,
      // Nothing in these texts needs escaping: both have been checked.
      scopes.length > 0 && `scope="${scopes.join(' ')}"`,
      `resource_metadata="${this.#metadataUrl}"`,
    ];
    return `Bearer ${parts.filter((part) => part !== false).join(', ')}`;
  }
}

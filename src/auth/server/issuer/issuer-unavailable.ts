/** The issuer could not be asked: nobody is let in, and nobody has to sign in anew (A5). */
export class IssuerUnavailable extends Error {
  override readonly name: string = 'IssuerUnavailable';
}

/**
 * Turns the three line ends of an event stream, CRLF, CR and LF, into LF, piece by piece. The parser
 * would do so itself, in time that grows with the square of the CRs in a piece.
 */
export class LineEnds {
  #endedInCr = false;

  toLf(piece: string): string {
    const rest = this.#endedInCr && piece.startsWith('\n') ? piece.slice(1) : piece;
    if (piece !== '') this.#endedInCr = piece.endsWith('\r');
    return rest.includes('\r') ? rest.replace(/\r\n?/g, '\n') : rest;
  }
}

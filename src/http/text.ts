/** How long a body may take to arrive, in ms. */
export const BODY_TIMEOUT = 30_000;

/** Replaces a body that is not UTF-8. It is not JSON either, so the client gets a parse error. */
export const INVALID_TEXT = '\ufffd';

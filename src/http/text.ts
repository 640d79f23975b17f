/** How long a body may take to arrive, in ms. */
export const BODY_TIMEOUT = 30_000;

/** Stands for bytes that are no UTF-8: it is no JSON either, which is what the client is told. */
export const INVALID_TEXT = '\ufffd';

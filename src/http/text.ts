/** Stands for bytes that are no UTF-8: it is no JSON either, which is what the client is told. */
export const INVALID_TEXT = '\ufffd';

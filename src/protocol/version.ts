/** The protocol revision this library speaks. */
export const PROTOCOL_VERSION = '2026-07-28';

/** Every revision a Rondo server accepts, newest first. */
export const SUPPORTED_VERSIONS: readonly string[] = [PROTOCOL_VERSION];

/** The protocol revision this library speaks. */
export const PROTOCOL_VERSION = '2026-07-28';

/** Every revision a Rondo server accepts, newest first. */
export const SUPPORTED_VERSIONS: readonly string[] = [PROTOCOL_VERSION];

/** The earlier revisions, newest first. They begin with `initialize`, and have sessions. */
export const OLD_VERSIONS: readonly string[] = [
  '2025-11-25',
  '2025-06-18',
  '2025-03-26',
  '2024-11-05',
];

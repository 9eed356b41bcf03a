/**
 * Whether two byte strings are the same. For the same length the time does not depend on the content, so a peer learns
 * nothing from it; different lengths are told apart at once.
 */
export default function equal(a: Uint8Array, b: Uint8Array): boolean;

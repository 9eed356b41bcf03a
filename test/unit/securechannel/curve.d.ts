/**
 * How often the natives did one kind of work on the curve since the program started; only in programs that run tests.
 * @param kind 0 a public key from a private one, 1 ECDH, 2 a signature, 3 a verification, 4 the verifier's half of SPAKE2+
 */
export function curveCount(kind: number): number;

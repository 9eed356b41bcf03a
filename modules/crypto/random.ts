import fill from "host/random";

/** @returns that many cryptographically random bytes */
export default function random(length: number): Uint8Array {
	const bytes = new Uint8Array(length);
	fill(bytes);
	return bytes;
}

import { readUint32LE } from "../codec/Bytes";

/** Fills a buffer with random bytes: the host's in the device, a seeded one in tests. */
export type RandomSource = (bytes: Uint8Array) => void;

/** A random start for a counter: 1..2^28 (Matter Core 4.6.1.1). */
export function initialCounter(random: RandomSource): number {
	const bytes = new Uint8Array(4);
	random(bytes);
	return (readUint32LE(bytes, 0) & 0x0fffffff) + 1;
}

/** The global unencrypted message counter: 32 bits, rolls over (Matter Core 4.6.1.1). */
export class MessageCounter {
	private value: number;

	/** @param first the counter that next() gives first */
	constructor(first: number) {
		this.value = first;
	}

	next(): number {
		const counter = this.value;
		this.value = (counter + 1) >>> 0;
		return counter;
	}
}

/** The same bytes at each run: a RandomSource for tests. */
export function seededRandom(seed: number): (bytes: Uint8Array) => void {
	let state = seed | 0 || 1;
	return (bytes) => {
		for (let i = 0; i < bytes.length; i++) {
			state ^= state << 13;
			state ^= state >>> 17;
			state ^= state << 5;
			bytes[i] = state >>> 8;
		}
	};
}

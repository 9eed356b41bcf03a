// What the XS engine has beyond ECMAScript. Missing in it: see docs/PORTING.md.

interface StringConstructor {
	/** Decodes UTF-8: `length` bytes from `offset`, ending at a zero byte. */
	fromArrayBuffer(buffer: ArrayBufferLike, offset?: number, length?: number): string;
}

interface ArrayBufferConstructor {
	/** Encodes as UTF-8. */
	fromString(string: string): ArrayBuffer;
	/** Big-endian bytes of a non-negative integer, at least `minimumBytes` of them. */
	fromBigInt(value: bigint, minimumBytes?: number): ArrayBuffer;
}

interface ArrayBuffer {
	concat(...buffers: (ArrayBufferLike | ArrayBufferView)[]): ArrayBuffer;
}

interface BigIntConstructor {
	bitLength(value: bigint): number;
	/** From big-endian bytes. */
	fromArrayBuffer(buffer: ArrayBufferLike): bigint;
}

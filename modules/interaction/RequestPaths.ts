import { readUint32LE, writeUint32LE } from "../codec/Bytes";
import { ANY, OTHER_NODE } from "./AttributePath";

/** Numbers of a path: endpoint, cluster, attribute or event, flags. */
export const STRIDE = 4;
/** Bytes of a path in storage. */
export const STORED_PATH_LENGTH = STRIDE * 4;
const ALL_BITS = 0xffffffff;

/** Paths of a request, four numbers each: a subscription keeps them for its life. */
export abstract class RequestPaths {
	/** `ANY` for an id that is not given */
	protected readonly elements: number[] = [];

	get length(): number {
		return this.elements.length / STRIDE;
	}

	endpoint(index: number): number {
		return this.elements[index * STRIDE]!;
	}

	cluster(index: number): number {
		return this.elements[index * STRIDE + 1]!;
	}

	/** of the attribute or event */
	id(index: number): number {
		return this.elements[index * STRIDE + 2]!;
	}

	/** The path names another node. */
	elsewhere(index: number): boolean {
		return (this.elements[index * STRIDE + 3]! & OTHER_NODE) !== 0;
	}

	/** Writes all as 32-bit numbers, little-endian; `ANY` has all bits set. @returns where they end */
	store(bytes: Uint8Array, at: number): number {
		const elements = this.elements;
		for (let i = 0; i < elements.length; i++, at += 4) writeUint32LE(bytes, at, elements[i]! >>> 0);
		return at;
	}

	/** The inverse: `count` paths. @returns where they end */
	restore(bytes: Uint8Array, at: number, count: number): number {
		for (let i = 0; i < count * STRIDE; i++, at += 4) {
			const element = readUint32LE(bytes, at);
			this.elements.push(element === ALL_BITS ? ANY : element);
		}
		return at;
	}
}

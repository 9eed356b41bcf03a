import { readUint32LE, writeUint32LE } from "../codec/Bytes";
import { ANY } from "./AttributePath";

/** Numbers of a path, four bytes each. */
const STRIDE = 4;
export const STORED_PATH_LENGTH = STRIDE * 4;
const ALL_BITS = 0xffffffff;

/** @returns where they end */
export function storeElements(elements: readonly number[], bytes: Uint8Array, at: number): number {
	for (let i = 0; i < elements.length; i++, at += 4) writeUint32LE(bytes, at, elements[i]! >>> 0);
	return at;
}

/** @param count paths. @returns where they end */
export function restoreElements(elements: number[], bytes: Uint8Array, at: number, count: number): number {
	for (let i = 0; i < count * STRIDE; i++, at += 4) {
		const element = readUint32LE(bytes, at);
		elements.push(element === ALL_BITS ? ANY : element);
	}
	return at;
}

/** A value that decides itself what it equals: `expect.any(Number)` and its like. */
export interface AsymmetricMatcher {
	asymmetricMatch(other: unknown): boolean;
	toString(): string;
}

function isMatcher(value: unknown): value is AsymmetricMatcher {
	return typeof value === "object" && value !== null && "asymmetricMatch" in value;
}

function bytesOf(value: ArrayBuffer | ArrayBufferView): Uint8Array {
	if (value instanceof ArrayBuffer) return new Uint8Array(value);
	return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
	if (a.length !== b.length) return false;
	for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
	return true;
}

function keysOf(value: object, strict: boolean): (string | symbol)[] {
	return Reflect.ownKeys(value).filter(
		(key) =>
			Object.prototype.propertyIsEnumerable.call(value, key) &&
			(strict || (value as Record<string | symbol, unknown>)[key] !== undefined),
	);
}

function sameMembers(a: Iterable<unknown>, b: Iterable<unknown>, same: (x: unknown, y: unknown) => boolean): boolean {
	const left = [...b];
	for (const item of a) {
		const at = left.findIndex((other) => same(item, other));
		if (at < 0) return false;
		left.splice(at, 1);
	}
	return left.length === 0;
}

/**
 * Deep equality as Jest defines it. Loose (`toEqual`): properties that are undefined count as absent and
 * classes are not compared. Strict (`toStrictEqual`): both count. Typed arrays compare kind and content.
 * `subset` (`toMatchObject`): objects of `actual` may have properties that `expected` has not.
 */
export function equals(
	actual: unknown,
	expected: unknown,
	strict = false,
	subset = false,
	parents: readonly [unknown, unknown][] = [],
): boolean {
	if (isMatcher(expected)) return expected.asymmetricMatch(actual);
	if (isMatcher(actual)) return actual.asymmetricMatch(expected);
	if (Object.is(actual, expected)) return true;
	if (typeof actual !== "object" || typeof expected !== "object" || actual === null || expected === null)
		return false;
	if (parents.some(([a, b]) => a === actual && b === expected)) return true;
	const path: [unknown, unknown][] = [...parents, [actual, expected]];
	const same = (a: unknown, b: unknown): boolean => equals(a, b, strict, subset, path);

	if (actual instanceof Error && expected instanceof Error) {
		return actual.name === expected.name && actual.message === expected.message;
	}
	if (Object.prototype.toString.call(actual) !== Object.prototype.toString.call(expected)) return false;
	if (strict && Object.getPrototypeOf(actual) !== Object.getPrototypeOf(expected)) return false;
	if (actual instanceof Date && expected instanceof Date) return Object.is(actual.getTime(), expected.getTime());
	if (actual instanceof RegExp && expected instanceof RegExp) return String(actual) === String(expected);
	if (actual instanceof ArrayBuffer || ArrayBuffer.isView(actual)) {
		return sameBytes(bytesOf(actual), bytesOf(expected as ArrayBuffer | ArrayBufferView));
	}
	if (actual instanceof Map && expected instanceof Map) {
		return sameMembers(actual as Map<unknown, unknown>, expected as Map<unknown, unknown>, same);
	}
	if (actual instanceof Set && expected instanceof Set) {
		return sameMembers(actual as Set<unknown>, expected as Set<unknown>, same);
	}
	if (Array.isArray(actual) && Array.isArray(expected) && actual.length !== expected.length) return false;

	const wanted = keysOf(expected, strict);
	if (!subset && keysOf(actual, strict).length !== wanted.length) return false;
	for (const key of wanted) {
		if (subset ? !(key in actual) : !Object.prototype.hasOwnProperty.call(actual, key)) return false;
		const a = (actual as Record<string | symbol, unknown>)[key];
		if (!same(a, (expected as Record<string | symbol, unknown>)[key])) return false;
	}
	return true;
}

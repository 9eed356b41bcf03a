import { AssertionError } from "./AssertionError";
import type { Failure } from "./AssertionError";
import { equals } from "./equals";
import type { AsymmetricMatcher } from "./equals";
import { format } from "./format";
import { isMock } from "./mock";

type Constructor = abstract new (...parameters: never[]) => unknown;
type Key = string | number | symbol;

/** Result of a matcher: whether it holds, and what the failure shows. Texts are made only when it fails. */
interface Outcome {
	pass: boolean;
	argument?: string;
	expected?: [string, () => string];
	received?: [string, () => string];
	diff?: boolean;
	note?: string;
}

const counted = { assertions: 0, wanted: -1, some: false };

/** Takes what `expect.assertions` and `expect.hasAssertions` asked of the test that ended; throws when they do not hold. */
export function checkAssertionCount(): void {
	const { assertions, wanted, some } = counted;
	counted.assertions = 0;
	counted.wanted = -1;
	counted.some = false;
	if (wanted >= 0 && assertions !== wanted) {
		throw new Error(`expected ${wanted} assertions to be called but received ${assertions}`);
	}
	if (some && assertions === 0) throw new Error("expected at least one assertion to be called but received none");
}

export function assertionCount(): number {
	return counted.assertions;
}

function pair(received: unknown, expected: unknown, pass: boolean, diff = true): Outcome {
	return {
		pass,
		argument: "expected",
		expected: ["Expected", () => format(expected)],
		received: ["Received", () => format(received)],
		diff,
	};
}

function alone(received: unknown, pass: boolean): Outcome {
	return { pass, received: ["Received", () => format(received)] };
}

function misuse(what: string): never {
	throw new TypeError(what);
}

function comparable(value: unknown): number | bigint {
	if (typeof value === "number" || typeof value === "bigint") return value;
	return misuse(`expected a number or a bigint, received ${format(value)}`);
}

function order(
	received: unknown,
	expected: unknown,
	sign: string,
	holds: (a: number | bigint, b: number | bigint) => boolean,
): Outcome {
	return {
		pass: holds(comparable(received), comparable(expected)),
		argument: "expected",
		expected: [`Expected: ${sign}`, () => format(expected)],
		received: ["Received:", () => format(received)],
	};
}

function walk(value: unknown, path: string | readonly Key[]): { found: boolean; value: unknown } {
	const keys = typeof path === "string" ? path.replace(/\[(\w+)\]/g, ".$1").split(".") : path;
	let current = value;
	for (const key of keys) {
		if (current === null || current === undefined || !(key in Object(current)))
			return { found: false, value: undefined };
		current = (current as Record<Key, unknown>)[key];
	}
	return { found: true, value: current };
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
	return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}

function thrown(received: unknown, expected: unknown, fromPromise: boolean): Outcome {
	let error: unknown;
	let caught = fromPromise;
	if (fromPromise) error = received;
	else {
		if (typeof received !== "function") misuse(`toThrow needs a function, received ${format(received)}`);
		try {
			(received as () => unknown)();
		} catch (reason) {
			caught = true;
			error = reason;
		}
	}
	const said = error instanceof Error ? error.message : String(error);
	const outcome: Outcome = {
		pass: caught,
		received: [caught ? "Received" : "Received function did not throw", () => (caught ? format(error) : "")],
	};
	if (expected === undefined) return outcome;
	outcome.argument = "expected";
	outcome.expected = ["Expected", () => (typeof expected === "function" ? expected.name : format(expected))];
	if (typeof expected === "string") outcome.pass &&= said.includes(expected);
	else if (expected instanceof RegExp) outcome.pass &&= expected.test(said);
	else if (typeof expected === "function") outcome.pass &&= error instanceof (expected as Constructor as never);
	else if (typeof expected === "object" && expected !== null && "asymmetricMatch" in expected) {
		outcome.pass &&= equals(error, expected);
	} else if (expected instanceof Error) outcome.pass &&= said === expected.message;
	else misuse(`toThrow takes a class, a text, a regular expression or an error, received ${format(expected)}`);
	if (caught && !outcome.pass && error instanceof Error) outcome.note = `It was thrown here:\n${error.stack ?? ""}`;
	return outcome;
}

function calls(received: unknown): unknown[][] {
	if (!isMock(received)) return misuse(`expected a mock function, received ${format(received)}`);
	return received.mock.calls;
}

/** Every matcher: takes what was received, then the arguments of the call. */
const matchers = {
	toBe(received: unknown, expected: unknown): Outcome {
		const outcome = pair(received, expected, Object.is(received, expected));
		if (!outcome.pass && equals(received, expected, true)) {
			outcome.note = "If it should pass with deep equality, replace toBe with toStrictEqual";
		}
		return outcome;
	},
	toEqual: (received: unknown, expected: unknown): Outcome => pair(received, expected, equals(received, expected)),
	toStrictEqual: (received: unknown, expected: unknown): Outcome =>
		pair(received, expected, equals(received, expected, true)),
	toMatchObject: (received: unknown, expected: unknown): Outcome =>
		pair(received, expected, equals(received, expected, false, true)),
	toBeDefined: (received: unknown): Outcome => alone(received, received !== undefined),
	toBeUndefined: (received: unknown): Outcome => alone(received, received === undefined),
	toBeNull: (received: unknown): Outcome => alone(received, received === null),
	toBeNaN: (received: unknown): Outcome => alone(received, Number.isNaN(received)),
	toBeTruthy: (received: unknown): Outcome => alone(received, Boolean(received)),
	toBeFalsy: (received: unknown): Outcome => alone(received, !received),
	toBeGreaterThan: (received: unknown, expected: unknown): Outcome => order(received, expected, ">", (a, b) => a > b),
	toBeGreaterThanOrEqual: (received: unknown, expected: unknown): Outcome =>
		order(received, expected, ">=", (a, b) => a >= b),
	toBeLessThan: (received: unknown, expected: unknown): Outcome => order(received, expected, "<", (a, b) => a < b),
	toBeLessThanOrEqual: (received: unknown, expected: unknown): Outcome =>
		order(received, expected, "<=", (a, b) => a <= b),
	toBeCloseTo(received: unknown, expected: unknown, digits: unknown = 2): Outcome {
		const a = Number(comparable(received));
		const b = Number(comparable(expected));
		return pair(received, expected, a === b || Math.abs(a - b) < Math.pow(10, -Number(digits)) / 2, false);
	},
	toBeInstanceOf(received: unknown, expected: unknown): Outcome {
		if (typeof expected !== "function") return misuse(`toBeInstanceOf takes a class, received ${format(expected)}`);
		return {
			pass: received instanceof (expected as Constructor as never),
			argument: "expected",
			expected: ["Expected class", () => expected.name],
			received: ["Received", () => format(received)],
		};
	},
	toContain(received: unknown, expected: unknown): Outcome {
		if (typeof received === "string") return pair(received, expected, received.includes(String(expected)), false);
		const items = Array.from(received as Iterable<unknown>);
		return pair(received, expected, items.includes(expected), false);
	},
	toContainEqual(received: unknown, expected: unknown): Outcome {
		const items = Array.from(received as Iterable<unknown>);
		return pair(
			received,
			expected,
			items.some((item) => equals(item, expected)),
			false,
		);
	},
	toHaveLength(received: unknown, expected: unknown): Outcome {
		const length = (received as { length?: unknown } | null | undefined)?.length;
		return {
			pass: length === expected,
			argument: "expected",
			expected: ["Expected length", () => format(expected)],
			received: ["Received length", () => `${format(length)}\n${format(received)}`],
		};
	},
	toHaveProperty(received: unknown, path: string | Key[], ...value: unknown[]): Outcome {
		const at = walk(received, path);
		return {
			pass: at.found && (value.length === 0 || equals(at.value, value[0])),
			argument: value.length === 0 ? "path" : "path, value",
			expected: ["Expected path", () => format(path) + (value.length === 0 ? "" : `, value ${format(value[0])}`)],
			received: [at.found ? "Received value" : "Received", () => format(at.found ? at.value : received)],
		};
	},
	toMatch(received: unknown, expected: unknown): Outcome {
		if (typeof received !== "string") return misuse(`toMatch needs a text, received ${format(received)}`);
		const pass = expected instanceof RegExp ? expected.test(received) : received.includes(String(expected));
		return pair(received, expected, pass, false);
	},
	toThrow: (received: unknown, expected?: unknown): Outcome => thrown(received, expected, false),
	toHaveBeenCalled: (received: unknown): Outcome => ({
		pass: calls(received).length > 0,
		received: ["Received calls", () => format(calls(received))],
	}),
	toHaveBeenCalledTimes: (received: unknown, expected: unknown): Outcome => ({
		pass: calls(received).length === expected,
		argument: "expected",
		expected: ["Expected calls", () => format(expected)],
		received: ["Received calls", () => `${calls(received).length}\n${format(calls(received))}`],
	}),
	toHaveBeenCalledWith: (received: unknown, ...expected: unknown[]): Outcome =>
		pair(
			calls(received),
			expected,
			calls(received).some((call) => equals(call, expected)),
			false,
		),
	toHaveBeenLastCalledWith: (received: unknown, ...expected: unknown[]): Outcome =>
		pair(calls(received).at(-1), expected, equals(calls(received).at(-1), expected)),
};

type Matcher = (received: unknown, ...rest: unknown[]) => Outcome;
type MatcherName = keyof typeof matchers;

/** Throws when `outcome` is not what was wanted; the error carries the stack of the matcher's caller. */
function settle(name: string, promise: string, isNot: boolean, outcome: Outcome, at?: AssertionError): void {
	if (outcome.pass !== isNot) return;
	const failure: Failure = {
		matcher: name,
		promise,
		isNot,
		argument: outcome.argument ?? "",
		diff: outcome.diff === true && !isNot,
	};
	if (outcome.expected !== undefined) {
		failure.expected = [(isNot ? "Not e" : "E") + outcome.expected[0].slice(1), outcome.expected[1]()];
	}
	if (outcome.received !== undefined) failure.received = [outcome.received[0], outcome.received[1]()];
	if (outcome.note !== undefined && !isNot) failure.note = outcome.note;
	if (at === undefined) throw new AssertionError(failure);
	Object.assign(at.failure, failure);
	throw at;
}

async function wait(
	received: unknown,
	wanted: "resolves" | "rejects",
	name: string,
	isNot: boolean,
	at: AssertionError,
): Promise<unknown> {
	const promise = wanted === "rejects" && typeof received === "function" ? (received as () => unknown)() : received;
	if (!isThenable(promise)) return misuse(`${wanted} needs a promise, received ${format(received)}`);
	let value: unknown;
	let rejected = false;
	try {
		value = await promise;
	} catch (error) {
		rejected = true;
		value = error;
	}
	if (rejected === (wanted === "rejects")) return value;
	const label = rejected
		? "Received promise rejected instead of resolved"
		: "Received promise resolved instead of rejected";
	Object.assign(at.failure, { matcher: name, promise: wanted, isNot, diff: false, received: [label, format(value)] });
	throw at;
}

class Promised {
	readonly #received: unknown;
	readonly #wanted: "resolves" | "rejects";
	readonly #isNot: boolean;

	constructor(received: unknown, wanted: "resolves" | "rejects", isNot = false) {
		this.#received = received;
		this.#wanted = wanted;
		this.#isNot = isNot;
	}

	get not(): Promised {
		return new Promised(this.#received, this.#wanted, !this.#isNot);
	}

	async check(name: MatcherName, rest: unknown[]): Promise<void> {
		counted.assertions++;
		const wanted = this.#wanted;
		// Made here, before anything is awaited, for the stack of the line that called the matcher.
		const at = new AssertionError({
			matcher: name,
			promise: wanted,
			isNot: this.#isNot,
			argument: "",
			diff: false,
		});
		const value = await wait(this.#received, wanted, name, this.#isNot, at);
		const rejection = name === "toThrow" && wanted === "rejects";
		const outcome = rejection ? thrown(value, rest[0], true) : (matchers[name] as Matcher)(value, ...rest);
		settle(name, wanted, this.#isNot, outcome, at);
	}
}

class Expectation {
	readonly #received: unknown;
	readonly #isNot: boolean;

	constructor(received: unknown, isNot = false) {
		this.#received = received;
		this.#isNot = isNot;
	}

	get not(): Expectation {
		return new Expectation(this.#received, !this.#isNot);
	}

	get resolves(): Promised {
		return new Promised(this.#received, "resolves");
	}

	get rejects(): Promised {
		return new Promised(this.#received, "rejects");
	}

	check(name: MatcherName, rest: unknown[]): void {
		counted.assertions++;
		settle(name, "", this.#isNot, (matchers[name] as Matcher)(this.#received, ...rest));
	}
}

// The matchers become methods once, on the prototypes: an expectation in a long loop costs one small object.
for (const type of [Expectation, Promised]) {
	for (const name of Object.keys(matchers) as MatcherName[]) {
		Object.defineProperty(type.prototype, name, {
			value(this: Expectation | Promised, ...rest: unknown[]) {
				return this.check(name, rest);
			},
		});
	}
}

function asymmetric(text: string, holds: (other: unknown) => boolean): AsymmetricMatcher {
	return { asymmetricMatch: holds, toString: () => text };
}

function isA(type: unknown, other: unknown): boolean {
	if (type === Number) return typeof other === "number";
	if (type === String) return typeof other === "string";
	if (type === Boolean) return typeof other === "boolean";
	if (type === BigInt) return typeof other === "bigint";
	if (type === Function) return typeof other === "function";
	if (type === Object) return typeof other === "object";
	return other instanceof (type as never);
}

const symmetric = {
	any: (type: unknown) => asymmetric(`Any<${(type as { name: string }).name}>`, (other) => isA(type, other)),
	anything: () => asymmetric("Anything", (other) => other !== undefined && other !== null),
	objectContaining: (sample: object) =>
		asymmetric(`ObjectContaining ${format(sample)}`, (other) => equals(other, sample, false, true)),
	arrayContaining: (sample: unknown[]) =>
		asymmetric(
			`ArrayContaining ${format(sample)}`,
			(other) => Array.isArray(other) && sample.every((item) => other.some((one) => equals(one, item))),
		),
	stringContaining: (sample: string) =>
		asymmetric(
			`StringContaining ${format(sample)}`,
			(other) => typeof other === "string" && other.includes(sample),
		),
	stringMatching: (sample: RegExp | string) =>
		asymmetric(
			`StringMatching ${format(sample)}`,
			(other) => typeof other === "string" && new RegExp(sample).test(other),
		),
	closeTo: (sample: number, digits = 2) =>
		asymmetric(`CloseTo ${sample}`, (other) => matchers.toBeCloseTo(other, sample, digits).pass),
};

/** The matchers of Jest for tests that run on the engine; `@types/jest` describes them. */
export const expect = Object.assign((received: unknown): Expectation => new Expectation(received), symmetric, {
	assertions(count: number): void {
		counted.wanted = count;
	},
	hasAssertions(): void {
		counted.some = true;
	},
});

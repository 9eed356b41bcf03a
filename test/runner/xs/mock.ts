/* A mock takes any arguments and gives anything back. */
type Implementation = (...parameters: unknown[]) => unknown;

/** A function that remembers how it was called: the small part of `jest.fn()` that tests on the engine need. */
export interface MockFunction extends Implementation {
	mock: { calls: unknown[][]; results: { type: "return" | "throw"; value: unknown }[] };
	mockImplementation(implementation: Implementation): MockFunction;
	mockReturnValue(value: unknown): MockFunction;
	mockClear(): MockFunction;
}

export function fn(implementation: Implementation = () => undefined): MockFunction {
	let current = implementation;
	const mocked = function (this: unknown, ...parameters: unknown[]): unknown {
		mocked.mock.calls.push(parameters);
		try {
			const value = current.apply(this, parameters);
			mocked.mock.results.push({ type: "return", value });
			return value;
		} catch (error) {
			mocked.mock.results.push({ type: "throw", value: error });
			throw error;
		}
	} as MockFunction;
	mocked.mock = { calls: [], results: [] };
	mocked.mockImplementation = (next) => {
		current = next;
		return mocked;
	};
	mocked.mockReturnValue = (value) => mocked.mockImplementation(() => value);
	mocked.mockClear = () => {
		mocked.mock = { calls: [], results: [] };
		return mocked;
	};
	return mocked;
}

export function isMock(value: unknown): value is MockFunction {
	return typeof value === "function" && "mock" in value;
}

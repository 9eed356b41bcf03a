/** What a failed matcher says; the texts are put together, coloured and compared line by line in Node. */
export interface Failure {
	/** for example `toBe` */
	matcher: string;
	/** `resolves`, `rejects` or nothing */
	promise: string;
	isNot: boolean;
	/** shown between the brackets of the matcher: `expected`, or nothing */
	argument: string;
	/** label and text of what was wanted */
	expected?: [string, string];
	/** label and text of what came */
	received?: [string, string];
	/** compare both texts by lines */
	diff: boolean;
	/** one more sentence */
	note?: string;
}

/** Thrown by a matcher of `expect` that does not hold. */
export class AssertionError extends Error {
	readonly failure: Failure;

	constructor(failure: Failure) {
		super(`expect(received).${failure.isNot ? "not." : ""}${failure.matcher}(${failure.argument})`);
		this.failure = failure;
	}
}

export type Body = (...parameters: unknown[]) => unknown;
export type Mode = "run" | "skip" | "only" | "todo";

/** One test as it was declared. */
export interface TestCase {
	titles: string[];
	body: Body;
	mode: Mode;
	/** expected to fail: it.failing */
	failing: boolean;
	/** milliseconds; the file's default when absent */
	timeout: number | undefined;
	/** its stack tells where */
	declared: Error;
}

export interface Hook {
	body: Body;
	timeout: number | undefined;
}

/** A `describe` block: hooks, tests and inner blocks in the order they were declared. */
export class Suite {
	readonly title: string;
	readonly parent: Suite | undefined;
	readonly mode: Mode;
	readonly children: (Suite | TestCase)[] = [];
	readonly beforeAll: Hook[] = [];
	readonly afterAll: Hook[] = [];
	readonly beforeEach: Hook[] = [];
	readonly afterEach: Hook[] = [];

	constructor(title: string, parent?: Suite, mode: Mode = "run") {
		this.title = title;
		this.parent = parent;
		this.mode = mode;
	}

	get titles(): string[] {
		return this.parent === undefined ? [] : [...this.parent.titles, this.title];
	}

	/** whether anything within, or around it, was marked `only` */
	get focused(): boolean {
		return this.mode === "only" || (this.parent?.focused ?? false);
	}

	get skipped(): boolean {
		return this.mode === "skip" || (this.parent?.skipped ?? false);
	}

	/** own and inner tests, in order */
	tests(): { suite: Suite; test: TestCase }[] {
		return this.children.flatMap((child) =>
			child instanceof Suite ? child.tests() : [{ suite: this, test: child }],
		);
	}
}

import { print } from "host/console";
import { args } from "host/process";
import ticks from "host/ticks";
import Timer from "host/timer";
import { AssertionError } from "./AssertionError";
import { cases } from "./each";
import { assertionCount, checkAssertionCount, expect } from "./expect";
import { format } from "./format";
import { fn, isMock } from "./mock";
import { Suite } from "./Suite";
import type { Body, Hook, Mode, TestCase } from "./Suite";

/** What the runner in Node asks for: the first argument, as JSON. */
interface Options {
	/** the test file, relative to this module, without extension */
	file: string;
	/** source of a regular expression over the full name; tests that don't match are skipped */
	testNamePattern?: string | undefined;
	/** milliseconds for a test or hook that gives none */
	timeout: number;
}

interface ErrorReport {
	name: string;
	message: string;
	stack: string;
	failure?: unknown;
}

const root = new Suite("");
let current = root;
let running = false;

function send(event: string, details: object = {}): void {
	print(JSON.stringify({ event, ...details }));
}

/** A tail call leaves no frame of its test, a timeout none at all: `declared` is where the test stands. */
function report(error: unknown, declared?: Error): ErrorReport {
	if (!(error instanceof Error)) return { name: "thrown", message: format(error), stack: declared?.stack ?? "" };
	const result: ErrorReport = { name: error.name, message: error.message, stack: error.stack ?? "" };
	if (declared !== undefined && !/\((?!test\/runner\/xs\/)[^():]+:\d+\)/.test(result.stack))
		result.stack += `\n${declared.stack}`;
	if (error instanceof AssertionError) result.failure = error.failure;
	return result;
}

function outside(what: string): void {
	if (running) throw new Error(`${what} must stand in a describe block or at the top, not within a test`);
}

function addSuite(mode: Mode, title: unknown, body: () => unknown): void {
	outside("describe");
	const suite = new Suite(String(typeof title === "function" ? title.name : title), current, mode);
	current.children.push(suite);
	const outer = current;
	current = suite;
	try {
		if (body() instanceof Promise) throw new Error(`describe("${suite.title}") must not be asynchronous`);
	} finally {
		current = outer;
	}
}

function addTest(mode: Mode, title: unknown, body: Body | undefined, timeout?: number, failing = false): void {
	outside("a test");
	const name = String(typeof title === "function" ? title.name : title);
	if (body === undefined && mode !== "todo") throw new Error(`test "${name}" has no body: use test.todo`);
	current.children.push({
		titles: [...current.titles, name],
		body: body ?? (() => undefined),
		mode,
		failing,
		timeout,
		declared: new Error(),
	});
}

function eachOf<T>(add: (title: string, call: () => unknown, rest: T) => void) {
	return (table: readonly unknown[], ...values: unknown[]) =>
		(title: unknown, body: Body, rest: T): void => {
			for (const one of cases(table, values, String(title))) add(one.title, () => body(...one.parameters), rest);
		};
}

function describing(mode: Mode) {
	return Object.assign((title: unknown, body: () => unknown) => addSuite(mode, title, body), {
		each: eachOf<undefined>((title, call) => addSuite(mode, title, call)),
	});
}

function testing(mode: Mode) {
	return Object.assign((title: unknown, body: Body, timeout?: number) => addTest(mode, title, body, timeout), {
		each: eachOf<number | undefined>((title, call, timeout) => addTest(mode, title, call, timeout)),
		failing: (title: unknown, body: Body, timeout?: number) => addTest(mode, title, body, timeout, true),
	});
}

function hooking(kind: "beforeAll" | "afterAll" | "beforeEach" | "afterEach") {
	return (body: Body, timeout?: number): void => {
		outside(kind);
		current[kind].push({ body, timeout });
	};
}

const describe = Object.assign(describing("run"), { only: describing("only"), skip: describing("skip") });
const test = Object.assign(testing("run"), {
	only: testing("only"),
	skip: testing("skip"),
	todo: (title: unknown) => addTest("todo", title, undefined),
});
const log = (...values: unknown[]): void => {
	send("log", { text: values.map((value) => (typeof value === "string" ? value : format(value))).join(" ") });
};

Object.assign(globalThis, {
	describe,
	fdescribe: describe.only,
	xdescribe: describe.skip,
	test,
	it: test,
	fit: test.only,
	xit: test.skip,
	xtest: test.skip,
	beforeAll: hooking("beforeAll"),
	afterAll: hooking("afterAll"),
	beforeEach: hooking("beforeEach"),
	afterEach: hooking("afterEach"),
	expect,
	jest: { fn, isMockFunction: isMock },
	console: { log, info: log, warn: log, error: log, debug: log },
});

/** Runs a body; a promise that it returns has `limit` milliseconds. */
async function call(body: Body, limit: number, what: string): Promise<void> {
	if (body.length > 0) throw new Error("done callbacks are not supported: return a promise");
	const result = body();
	if (!(result instanceof Promise)) return;
	let timer: Timer | undefined;
	const late = new Promise((_resolve, reject) => {
		timer = new Timer(() => reject(new Error(`Exceeded timeout of ${limit} ms for a ${what}.`)));
		timer.set(limit);
	});
	try {
		await Promise.race([result, late]);
	} finally {
		timer?.clear();
	}
}

async function attempt(errors: unknown[], body: Body, limit: number, what: string): Promise<void> {
	try {
		await call(body, limit, what);
	} catch (error) {
		errors.push(error);
	}
}

class Run {
	readonly #options: Options;
	readonly #pattern: RegExp | undefined;
	readonly #focused: boolean;
	#index = 0;

	constructor(options: Options) {
		this.#options = options;
		this.#pattern = options.testNamePattern === undefined ? undefined : new RegExp(options.testNamePattern, "i");
		this.#focused = root.tests().some(({ suite, test: one }) => one.mode === "only" || suite.focused);
	}

	#chosen(suite: Suite, one: TestCase): boolean {
		if (one.mode === "skip" || one.mode === "todo" || suite.skipped) return false;
		if (this.#focused && one.mode !== "only" && !suite.focused) return false;
		return this.#pattern?.test(one.titles.join(" ")) ?? true;
	}

	async #hooks(errors: unknown[], hooks: readonly Hook[], what: string): Promise<void> {
		for (const hook of hooks)
			await attempt(errors, hook.body, hook.timeout ?? this.#options.timeout, `${what} hook`);
	}

	/** `broken`: what a beforeAll of a block around it threw */
	async #test(suite: Suite, one: TestCase, broken: readonly unknown[]): Promise<void> {
		const index = this.#index++;
		if (!this.#chosen(suite, one)) {
			send("result", { index, status: one.mode === "todo" ? "todo" : "pending" });
			return;
		}
		send("start", { index, timeout: one.timeout });
		const began = ticks();
		let errors: unknown[] = [...broken];
		if (errors.length === 0) {
			const outer: Suite[] = [];
			for (let at: Suite | undefined = suite; at !== undefined; at = at.parent) outer.push(at);
			for (const at of [...outer].reverse())
				if (errors.length === 0) await this.#hooks(errors, at.beforeEach, "beforeEach");
			if (errors.length === 0) await attempt(errors, one.body, one.timeout ?? this.#options.timeout, "test");
			for (const at of outer) await this.#hooks(errors, at.afterEach, "afterEach");
		}
		const assertions = assertionCount();
		try {
			checkAssertionCount();
		} catch (error) {
			if (errors.length === 0) errors.push(error);
		}
		if (one.failing) {
			errors =
				errors.length > 0
					? []
					: [new Error("This test was expected to fail, but it passed: remove `.failing`.")];
		}
		const status = errors.length === 0 ? "passed" : "failed";
		send("result", {
			index,
			status,
			duration: ticks() - began,
			assertions,
			errors: errors.map((error) => report(error, one.declared)),
		});
	}

	async suite(suite: Suite, broken: readonly unknown[] = []): Promise<void> {
		const needed = suite.tests().some(({ suite: inner, test: one }) => this.#chosen(inner, one));
		const errors: unknown[] = [...broken];
		if (needed && errors.length === 0) await this.#hooks(errors, suite.beforeAll, "beforeAll");
		for (const child of suite.children) {
			if (child instanceof Suite) await this.suite(child, errors);
			else await this.#test(suite, child, errors);
		}
		const late: unknown[] = [];
		if (needed && broken.length === 0) await this.#hooks(late, suite.afterAll, "afterAll");
		for (const error of late) send("error", { error: report(error) });
	}
}

/** Runs what the test file declared and reports every test on a line of its own. */
async function main(options: Options): Promise<void> {
	await import(options.file);
	running = true;
	send("plan", { tests: root.tests().map(({ test: one }) => one.titles) });
	await new Run(options).suite(root);
}

main(JSON.parse(args()[0]!) as Options).then(
	() => send("done"),
	(error: unknown) => send("fatal", { error: report(error) }),
);

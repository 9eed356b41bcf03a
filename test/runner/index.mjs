import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { createInterface } from "node:readline";
import { getConsoleOutput } from "@jest/console";
import { createEmptyTestResult } from "@jest/test-result";
import { formatExecError, formatResultsErrors } from "jest-message-util";
import { EmittingTestRunner } from "jest-runner";
import { failureText, translateStack } from "./failure.mjs";
import { root, scriptFolder, scriptOf, variants } from "./paths.mjs";

/** How many times its own timeout a test may stay silent before its process is killed: it does not even run timers. */
const SILENCE = 2;
/** How long a process may take to end after its last test (ms): it frees the machine, and a sanitizer speaks then. */
const ENDING = 2_000;

/** The script that the engine starts; it imports the test file that its argument names. */
const harness = join(scriptFolder, "test/runner/xs/main.js");

/** One test file on the engine: its process, the lines it sends, and the result that Jest wants. */
class TestFile {
	#test;
	#globalConfig;
	#program;
	#timeout;
	#titles = [];
	#cases = [];
	#running;
	#ended = false;
	#errors = [];
	#console = [];
	#stderr = "";
	#watchdog;
	#killed;
	#child;
	#began = Date.now();

	constructor(test, globalConfig, program) {
		const { config } = test.context;
		const given = config.testTimeout ?? globalConfig.testTimeout ?? 5_000;
		this.#test = test;
		this.#globalConfig = globalConfig;
		this.#program = program;
		this.#timeout = config.globals.variant === "asan" ? given * 4 : given;
	}

	async run() {
		const script = relative(dirname(harness), scriptOf(this.#test.path)).replace(/\.js$/, "");
		const { testNamePattern } = this.#globalConfig;
		const options = { file: script, timeout: this.#timeout, testNamePattern: testNamePattern || undefined };
		// Tests that store files do it in a folder of their own.
		const folder = mkdtempSync(join(tmpdir(), "xs-test-"));
		try {
			const status = await this.#process(JSON.stringify(options), folder);
			return this.#result(status);
		} finally {
			rmSync(folder, { recursive: true, force: true });
		}
	}

	interrupt() {
		this.#child?.kill("SIGKILL");
	}

	#process(options, cwd) {
		const program = this.#program;
		const env = {
			...process.env,
			ASAN_OPTIONS: process.env.ASAN_OPTIONS ?? "detect_leaks=0:abort_on_error=0",
			UBSAN_OPTIONS: process.env.UBSAN_OPTIONS ?? "print_stacktrace=1:halt_on_error=1",
		};
		return new Promise((resolve) => {
			const child = spawn(program, [harness, options], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
			this.#child = child;
			const lines = createInterface({ input: child.stdout });
			lines.on("line", (line) => this.#line(line));
			child.stderr.setEncoding("utf8").on("data", (text) => {
				this.#stderr = (this.#stderr + text).slice(-20_000);
			});
			child.on("error", (error) => resolve({ failure: `${program} does not start: ${error.message}` }));
			let status;
			let open = 2;
			const finish = () => {
				if (--open > 0) return;
				clearTimeout(this.#watchdog);
				resolve(status);
			};
			lines.on("close", finish);
			child.on("close", (code, signal) => {
				status = { code, signal };
				finish();
			});
			this.#watch(this.#timeout * SILENCE, "hung");
		});
	}

	#watch(ms, reason) {
		clearTimeout(this.#watchdog);
		this.#watchdog = setTimeout(() => {
			this.#killed = reason;
			this.#child.kill("SIGKILL");
		}, ms);
	}

	#line(line) {
		let message;
		try {
			message = line.startsWith('{"event":') ? JSON.parse(line) : { event: "log", text: line };
		} catch {
			message = { event: "log", text: line };
		}
		switch (message.event) {
			case "plan":
				this.#titles = message.tests;
				break;
			case "start":
				this.#running = message.index;
				this.#watch((message.timeout ?? this.#timeout) * SILENCE, "hung");
				break;
			case "result":
				this.#running = undefined;
				this.#watch(this.#timeout * SILENCE, "hung");
				this.#add(message);
				break;
			case "error":
				this.#errors.push(message.error);
				break;
			case "fatal":
				this.#errors.push(message.error);
				this.#finish();
				break;
			case "log":
				this.#console.push({ message: message.text, origin: "", type: "log" });
				break;
			case "done":
				this.#finish();
				break;
		}
	}

	#finish() {
		this.#ended = true;
		this.#watch(ENDING, "open");
	}

	#add({ index, status, duration, assertions = 0, errors = [] }) {
		const titles = this.#titles[index];
		const result = {
			ancestorTitles: titles.slice(0, -1),
			duration: duration === undefined ? null : Math.round(duration),
			failing: false,
			failureDetails: [],
			failureMessages: errors.map(failureText),
			fullName: titles.join(" "),
			invocations: 1,
			location: null,
			numPassingAsserts: assertions,
			retryReasons: [],
			startedAt: null,
			status,
			title: titles.at(-1),
		};
		this.#cases[index] = result;
	}

	/** Why the process ended before its tests did, with the end of what it wrote; undefined when all is well. */
	#ending(status) {
		const written = this.#stderr.trim().split("\n").slice(-60).join("\n");
		const said = written === "" ? "" : `\n${translateStack(written)}`;
		if (status.failure !== undefined) return status.failure;
		if (this.#killed === "hung") return `The engine gave no sign of life: a loop that never ends?${said}`;
		if (this.#killed === "open") return undefined;
		if (status.signal !== null) return `The test process crashed: ${status.signal}.${said}`;
		if (status.code !== 0) return `The test process ended with exit code ${status.code}.${said}`;
		if (!this.#ended) return `The test process ended before its tests did: nothing was left to wait for.${said}`;
		return undefined;
	}

	#result(status) {
		const { path, context } = this.#test;
		const result = createEmptyTestResult();
		const ending = this.#ending(status);
		if (ending !== undefined && this.#running !== undefined) {
			this.#add({
				index: this.#running,
				status: "failed",
				errors: [{ name: "Error", message: ending, stack: "" }],
			});
		}
		this.#titles.forEach((_, index) => {
			if (this.#cases[index] === undefined) this.#add({ index, status: "pending" });
		});
		const end = Date.now();
		result.testFilePath = path;
		result.displayName = context.config.displayName;
		result.testResults = this.#cases;
		if (this.#console.length > 0) result.console = this.#console;
		const count = (...states) => this.#cases.filter(({ status: state }) => states.includes(state)).length;
		result.numPassingTests = count("passed");
		result.numFailingTests = count("failed");
		result.numPendingTests = count("pending");
		result.numTodoTests = count("todo");
		result.skipped = this.#cases.length > 0 && result.numPendingTests === this.#cases.length;
		const runtime = end - this.#began;
		Object.assign(result.perfStats, {
			start: this.#began,
			end,
			runtime,
			slow: runtime / 1000 > context.config.slowTestThreshold,
		});
		const broken = this.#errors.map(failureText);
		if (ending !== undefined && this.#running === undefined) broken.unshift(ending);
		if (this.#cases.length === 0 && broken.length === 0) {
			broken.push("Your test suite must contain at least one test.");
		}
		const messages = broken.map((text) => formatExecError(text, context.config, this.#globalConfig, path));
		if (broken.length > 0) result.testExecError = { message: broken[0], stack: broken[0] };
		const failed = formatResultsErrors(this.#cases, context.config, this.#globalConfig, path);
		if (failed !== null) messages.push(failed);
		result.failureMessage = messages.length > 0 ? messages.join("\n") : undefined;
		return result;
	}
}

/** Runs Jest test files on the XS engine, each in a process of its own. */
export default class XsTestRunner extends EmittingTestRunner {
	supportsEventEmitters = true;
	#listeners = new Map();

	on(event, listener) {
		const all = this.#listeners.get(event) ?? new Set();
		this.#listeners.set(event, all.add(listener));
		return () => all.delete(listener);
	}

	async runTests(tests, watcher, options) {
		const waiting = [...tests];
		const lanes = options.serial ? 1 : Math.max(1, Math.min(this._globalConfig.maxWorkers, availableParallelism()));
		const active = new Set();
		watcher.on("change", ({ interrupted }) => {
			if (interrupted) for (const file of active) file.interrupt();
		});
		const lane = async () => {
			for (let test = waiting.shift(); test !== undefined; test = waiting.shift()) {
				if (watcher.isInterrupted()) return;
				await this.#one(test, active);
			}
		};
		await Promise.all(Array.from({ length: lanes }, lane));
	}

	async #one(test, active) {
		await this.#emit("test-file-start", [test]);
		if (!existsSync(scriptOf(test.path))) {
			const message = `${relative(root, test.path)} could not be built: see above.`;
			await this.#emit("test-file-failure", [test, { message, stack: message }]);
			return;
		}
		try {
			const result = await this.#result(test, active);
			for (const one of result.testResults) await this.#emit("test-case-result", [test.path, one]);
			// Jest has words of its own for a result without tests.
			if (result.testResults.length === 0) {
				await this.#emit("test-file-failure", [test, { message: "", stack: result.testExecError.stack }]);
			} else await this.#emit("test-file-success", [test, this.#shown(result, test.context.config)]);
		} catch (error) {
			await this.#emit("test-file-failure", [test, error]);
		}
	}

	/** What the first program says; where that is a failure, what the next one says about it. */
	async #result(test, active) {
		let first;
		const { programs } = variants[test.context.config.globals.variant];
		for (const program of programs) {
			const file = new TestFile(test, this._globalConfig, program);
			active.add(file);
			const result = await file.run().finally(() => active.delete(file));
			const failed = result.failureMessage !== undefined;
			if (programs.length === 1 || failed === (first !== undefined)) return result;
			first ??= result;
		}
		first.failureMessage +=
			"\n  Only the release engine fails here; the debugging engine, which knows lines, does not.\n";
		return first;
	}

	/**
	 * What the tests logged shows when a test failed, or where one file runs alone. Jest's reports do that, except for the
	 * verbose one, which leaves it to the runner.
	 */
	#shown(result, config) {
		if (result.console === undefined || this._globalConfig.silent) return { ...result, console: undefined };
		if (this._globalConfig.verbose) {
			process.stderr.write(getConsoleOutput(result.console, config, this._globalConfig));
			return { ...result, console: undefined };
		}
		return result.failureMessage === undefined ? { ...result, console: undefined } : result;
	}

	async #emit(event, data) {
		for (const listener of this.#listeners.get(event) ?? []) await listener(data);
	}
}

import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { root } from "./paths.mjs";

const jest = createRequire(import.meta.url).resolve("jest/bin/jest");

/** Runs one fixture through Jest; gives its tests by name, and the text that a person would read. */
function run(fixture, ...flags) {
	const config = {
		rootDir: root,
		roots: ["<rootDir>/test/runner/fixtures"],
		runner: "<rootDir>/test/runner/index.mjs",
		globals: { variant: "release" },
		testMatch: [`<rootDir>/test/runner/fixtures/${fixture}.fixture.ts`],
		testTimeout: 500,
		transform: {},
	};
	const parameters = [jest, "--config", JSON.stringify(config), "--json", ...flags];
	const env = { ...process.env, FORCE_COLOR: "0" };
	const { stdout, stderr } = spawnSync(process.execPath, parameters, { cwd: root, encoding: "utf8", env });
	const [file] = JSON.parse(stdout).testResults;
	const states = Object.fromEntries(file.assertionResults.map((one) => [one.title, one.status]));
	return { states, text: stderr, message: file.message };
}

describe("what a failure shows", () => {
	const shown = {};
	beforeAll(() => Object.assign(shown, run("failing")));

	it("is counted by test", () => {
		expect(shown.states).toEqual({
			"shows bytes": "failed",
			"has a tail call": "failed",
			throws: "failed",
			"is late": "failed",
			"waits for a promise": "failed",
			"says something": "passed",
		});
	});

	it.each([
		["the difference of bytes", /- {3}00 00 00 00 01 01 00 .*\n\s*\+ {3}00 00 00 00 00 00/],
		["the line of the expectation", /> 12 \|\s+expect\(value\.list\)\.toEqual[^]*failing\.fixture\.ts:12:/],
		["the line of a tail call", /Expected: 2\s+Received: 1[^]*> 15 \|/],
		[
			"where something was thrown",
			/TypeError: from below[^]*> 6 \|[^]*at deeper \(test\/runner\/fixtures\/failing\.fixture\.ts:6:/,
		],
		["the test that was late", /Exceeded timeout of 50 ms[^]*> 21 \|/],
		["a promise that should have failed", /Received promise resolved instead of rejected: 1[^]*> 24 \|/],
		["what the test logged", /said \{ a: 1 \}/],
	])("has %s", (_what, pattern) => {
		expect(shown.text).toMatch(pattern);
	});

	it("has no frame of the harness", () => {
		expect(shown.text).not.toMatch(/runner\/xs/);
	});
});

it("knows only, skip, todo and each", () => {
	expect(run("chosen").states).toEqual({
		"runs this": "passed",
		"leaves this out": "pending",
		"skips this": "pending",
		"is to be written": "todo",
		"fills in 1 and one": "pending",
		"runs 1 too": "passed",
	});
});

it("filters by name", () => {
	expect(run("failing", "-t", "says").states).toMatchObject({ "says something": "passed", throws: "pending" });
});

it("ends a test that never ends", () => {
	const { states, text } = run("hanging");
	expect(states).toEqual({ ends: "passed", "never ends": "failed", "never begins": "pending" });
	expect(text).toMatch(/no sign of life/);
});

it("fails a test whose process ends", () => {
	const { states, text } = run("rejecting");
	expect(states).toEqual({ "loses a rejection": "failed" });
	expect(text).toMatch(/unhandled rejection: RangeError: lost[^]*> 2 \|/);
});

it("fails a file that cannot be loaded", () => {
	expect(run("declaring").message).toMatch(/while declaring[^]*declaring\.fixture\.ts:2:/);
});

it("fails what a hook was to prepare", () => {
	const { states, message } = run("hooks");
	expect(states).toEqual({ "does not run": "failed", runs: "passed" });
	expect(message).toMatch(/not prepared/);
	expect(message).toMatch(/not cleaned/);
});

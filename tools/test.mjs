// Runs everything that must hold: node tools/test.mjs [lint|unit|rom|sanitized|interop|fault|slow|size|hostile|fuzz …] [options and patterns for Jest]
// npm test -- unit -t "reception window"   npm test -- unit test/unit/session   npm test -- lint interop
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { requireModules } from "./lib/modules.mjs";
import { inOwnNetwork } from "./lib/network.mjs";
import { requirePackages } from "./lib/packages.mjs";

const root = resolve(fileURLToPath(import.meta.url), "../..");
const results = join(root, "build/test");

/**
 * Each stage: what must be built for it, and the Jest project or the program that it is. Those that mostly wait run beside
 * the others, in a `lane` of their own.
 */
const stages = {
	lint: { title: "types, rules, layout", variants: [] },
	unit: { title: "unit tests on the engine", variants: ["run", "test"], project: "unit" },
	rom: { title: "unit tests, 32 bits, preloaded", variants: ["rom"], project: "rom" },
	sanitized: { title: "native modules, sanitized", variants: ["asan"], project: "sanitized" },
	tools: { title: "the test runner and the code generator", variants: ["run", "test"], project: "tools" },
	interop: {
		title: "a real controller",
		variants: ["release", "run"],
		project: "interop",
		network: true,
		lane: 1,
	},
	small: {
		title: "a real controller, 32 bits, the heap of an ESP32-C3",
		variants: ["rom"],
		project: "interop",
		network: true,
		lane: 1,
		environment: { XS_MATTER: join(root, "build/linux/xs-matter-32") },
		patterns: ["interop/address"],
	},
	fault: {
		title: "a full device that everybody asks for more",
		variants: ["rom"],
		project: "fault",
		network: true,
		lane: 1,
	},
	slow: {
		title: "a chip that takes its time",
		variants: ["slow"],
		project: "slow",
		network: true,
		lane: 1,
	},
	size: { title: "memory and flash", variants: ["rom"], program: ["tools/size.mjs"], lane: 1 },
	hostile: {
		title: "hostile datagrams to a full device, 32 bits, the heap of an ESP32-C3",
		variants: ["rom"],
		program: ["tools/fuzz.mjs", "--small", "--count", "8000", "--seed", "7"],
		lane: 1,
	},
	fuzz: {
		title: "hostile datagrams to the sanitized device",
		variants: ["fuzz"],
		program: ["tools/fuzz.mjs", "--count", "100000", "--seed", "1"],
		lane: 2,
	},
};

function seconds(since) {
	return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}

/** `output` takes what the program prints; without it, it goes to the terminal as it comes. */
function run(program, parameters, { environment = {}, output } = {}) {
	return new Promise((resolve, reject) => {
		const env = { ...process.env, ...environment };
		const to = output ? "pipe" : "inherit";
		const child = spawn(program, parameters, { cwd: root, env, stdio: ["ignore", to, to] });
		for (const stream of output ? [child.stdout, child.stderr] : []) stream.on("data", (data) => output.push(data));
		child.on("error", reject);
		child.on("close", (code, signal) => resolve(code ?? signal));
	});
}

function counts(file) {
	if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0 };
	const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(
		readFileSync(file, "utf8"),
	);
	// A file that could not run has no failed test of its own.
	const broken = testResults.filter(
		(one) => one.status === "failed" && one.assertionResults.every(({ status }) => status !== "failed"),
	);
	return { passed: numPassedTests, failed: numFailedTests + broken.length, skipped: numPendingTests + numTodoTests };
}

async function jest({ project, network, environment, patterns = [] }, parameters, output) {
	const file = join(results, `${project}.json`);
	rmSync(file, { force: true });
	mkdirSync(results, { recursive: true });
	const program = createRequire(import.meta.url).resolve("jest/bin/jest");
	const flags = [
		"--selectProjects",
		project,
		"--json",
		"--outputFile",
		file,
		"--passWithNoTests",
		...(parameters.length > 0 ? parameters : patterns),
	];
	const command = [process.execPath, "--experimental-vm-modules", "--no-warnings", program, ...flags];
	// The summary shows in the reports; standard output would repeat it as JSON.
	const inside = network ? inOwnNetwork(command) : { command, environment: {} };
	const quiet = ["sh", "-c", 'exec "$@" > /dev/null', "sh", ...inside.command];
	const code = await run(quiet[0], quiet.slice(1), {
		environment: { ...inside.environment, ...environment },
		output,
	});
	const count = counts(file);
	if (code !== 0 && count.failed === 0) count.failed = 1;
	return count;
}

let building = Promise.resolve();

/** Builds share files: one after the other. */
function buildAll(variants) {
	building = building.then(async () => {
		const { build } = await import("./build.mjs");
		for (const variant of variants) await build(variant);
	});
	return building;
}

async function stage(name, parameters, output) {
	await buildAll(stages[name].variants);
	if (name === "lint") return { ...(await (await import("./lint.mjs")).lint()), skipped: 0 };
	const { program } = stages[name];
	if (program === undefined) return jest(stages[name], parameters, output);
	const failed = (await run(process.execPath, program, { output })) === 0 ? 0 : 1;
	return { passed: 1 - failed, failed, skipped: 0 };
}

/** Runs these one after the other; `aside`, what each prints is shown when it ends. @returns the sums of their counts */
async function sequence(names, parameters, aside) {
	const total = { passed: 0, failed: 0, skipped: 0 };
	for (const name of names) {
		const started = Date.now();
		const output = aside ? [] : undefined;
		console.log(`== ${name}: ${stages[name].title}${aside ? " (shown when it ends)" : ""}`);
		let count;
		try {
			count = await stage(name, parameters, output);
		} catch (error) {
			console.error(error.message);
			count = { passed: 0, failed: 1, skipped: 0 };
		}
		if (aside) process.stderr.write(Buffer.concat(output));
		console.log(`== ${name}: ${count.failed === 0 ? "ok" : "FAILED"}, ${count.passed} passed, ${seconds(started)}`);
		for (const key of Object.keys(total)) total[key] += count[key];
	}
	return total;
}

async function main() {
	const given = process.argv.slice(2);
	const first = given.findIndex((argument) => !(argument in stages));
	const selected = first < 0 ? given : given.slice(0, first);
	const parameters = first < 0 ? [] : given.slice(first);
	const began = Date.now();
	requireModules(root);
	requirePackages("test");
	// What follows the names is for Jest alone.
	const all = Object.keys(stages).filter((name) => parameters.length === 0 || stages[name].project);
	const names = selected.length > 0 ? selected : all;
	const laneOf = (name) => (names.length > 1 ? (stages[name].lane ?? 0) : 0);
	const totals = await Promise.all(
		[0, 1, 2].map((lane) =>
			sequence(
				names.filter((name) => laneOf(name) === lane),
				parameters,
				lane > 0,
			),
		),
	);
	const sum = (key) => totals.reduce((total, count) => total + count[key], 0);
	const [passed, failed, skipped] = [sum("passed"), sum("failed"), sum("skipped")];
	console.log(`== done in ${seconds(began)}`);
	console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
	// A selection that selects nothing is a mistake in the selection.
	process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
}

try {
	await main();
} catch (error) {
	console.error(`test: ${error.message}`);
	console.log("0 passed, 1 failed");
	process.exitCode = 1;
}

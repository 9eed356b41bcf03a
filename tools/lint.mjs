// Checks types, rules and layout: node tools/lint.mjs [types|rules|layout|c] … [--fix]
// --fix (npm run format) rewrites what can be rewritten.
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(fileURLToPath(import.meta.url), "../..");
const bin = (name) => join(root, "node_modules/.bin", name);

function* files(folder, pattern) {
	for (const entry of readdirSync(folder, { withFileTypes: true })) {
		const path = join(folder, entry.name);
		if (entry.isDirectory()) {
			if (!["build", "node_modules", ".git"].includes(entry.name)) yield* files(path, pattern);
		} else if (pattern.test(entry.name)) yield relative(root, path);
	}
}

/** Every check: its commands, what it is, and how it is put right. A check without `fix` has to be put right by hand. */
const checks = {
	types: {
		what: "tsc",
		run: () => [
			[bin("tsc"), "-p", "."],
			[bin("tsc"), "-p", "test"],
		],
	},
	rules: {
		what: "eslint",
		run: () => [[bin("eslint"), "--max-warnings", "0", "."]],
		fix: () => [[bin("eslint"), "--fix", "."]],
	},
	layout: {
		what: "prettier",
		run: () => [[bin("prettier"), "--check", "--log-level", "warn", "."]],
		fix: () => [[bin("prettier"), "--write", "--log-level", "warn", "."]],
	},
	c: {
		what: "clang-format",
		run: () => [["clang-format", "--dry-run", "-Werror", ...files(root, /\.[ch]$/)]],
		fix: () => [["clang-format", "-i", ...files(root, /\.[ch]$/)]],
		// It would show every line, three lines each.
		shorten: (output) =>
			[...new Set(output.match(/^\S+:\d+(?=:\d+: error: code should be)/gm))].join("\n") || output,
	},
};

function command([program, ...parameters]) {
	return new Promise((resolve) => {
		const child = spawn(program, parameters, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
		let output = "";
		for (const stream of [child.stdout, child.stderr])
			stream.setEncoding("utf8").on("data", (text) => (output += text));
		child.on("error", (error) => resolve({ ok: false, output: `${program}: ${error.message}\n` }));
		child.on("close", (code) => resolve({ ok: code === 0, output }));
	});
}

async function check(name, fix) {
	const { what, run, fix: repair, shorten = (output) => output } = checks[name];
	const began = Date.now();
	const steps = fix ? (repair?.() ?? []) : run();
	const results = await Promise.all(steps.map(command));
	const seconds = ((Date.now() - began) / 1000).toFixed(1);
	const ok = results.every((result) => result.ok);
	const output = results.filter((result) => !result.ok).map((result) => result.output);
	console.log(`${ok ? "ok  " : "FAIL"} ${what} ${seconds} s`);
	if (!ok) console.log(shorten(output.join("")).trimEnd());
	return ok;
}

/** Runs the checks named, or all; resolves to how many passed and failed. */
export async function lint(names = Object.keys(checks), fix = false) {
	const unknown = names.find((name) => !(name in checks));
	if (unknown !== undefined) throw new Error(`no check "${unknown}": ${Object.keys(checks).join(", ")}`);
	let passed = 0;
	// One after the other: each of them keeps the cores busy, and rewriting the same file twice at once loses one.
	for (const name of names) if (await check(name, fix)) passed++;
	return { passed, failed: names.length - passed };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const names = process.argv.slice(2).filter((argument) => argument !== "--fix");
	try {
		const { failed } = await lint(names.length > 0 ? names : undefined, process.argv.includes("--fix"));
		process.exitCode = failed > 0 ? 1 : 0;
	} catch (error) {
		console.error(`lint: ${error.message}`);
		process.exitCode = 2;
	}
}

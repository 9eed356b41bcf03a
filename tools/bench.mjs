// Measures the light against matter.js's own: node tools/bench.mjs [light] [session] [loss] [heap] [--rounds N] [--toggles N] [--json]
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { requireModules } from "./lib/modules.mjs";
import { inOwnNetwork } from "./lib/network.mjs";
import { requirePackages } from "./lib/packages.mjs";

const root = resolve(fileURLToPath(import.meta.url), "../..");
const OUR_LIGHT = join(root, "build/linux/xs-matter");
const THEIR_LIGHT = join(root, "bench/matterjs-light.mjs");

/** Rows of the first table: key, title, unit, how many times better it should be; `more`: more is better. */
const ROWS = [
	["start", "process start to ready", "ms", 10],
	["commissioning", "whole commissioning", "ms", 1],
	["full", "CASE, full", "ms", 1],
	["resumed", "CASE, resumed", "ms", 1],
	["toggle", "toggle, median", "ms", 1],
	["toggle99", "toggle, 99th percentile", "ms", 1],
	["rate", "toggles one after the other", "1/s", 1, true],
	["report", "toggle to its report", "ms", 1],
	["memory", "resident memory, commissioned", "MiB", 10],
	["memoryAfter", "resident memory, after toggles", "MiB", 10],
];

const say = (line) => process.stderr.write(`${line}\n`);

function median(values) {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.floor(sorted.length / 2)];
}

function medians(rounds) {
	return Object.fromEntries(Object.keys(rounds[0]).map((key) => [key, median(rounds.map((round) => round[key]))]));
}

function number(value) {
	return value.toFixed(value < 10 ? 2 : value < 1000 ? 1 : 0);
}

async function lights({ rounds, toggles }) {
	const { measureLight } = await import("../bench/light.mjs");
	const options = { toggles, handshakes: 15, changes: 15 };
	const ours = [];
	const theirs = [];
	const measure = async (round, name, program, results) => {
		say(`round ${round} of ${rounds}: ${name}`);
		results.push(await measureLight(program, options));
	};
	for (let round = 1; round <= rounds; round++) {
		// The controller gets faster all the time: neither of them is always the first.
		const turns = [
			() => measure(round, "xs-matter", OUR_LIGHT, ours),
			() => measure(round, "matter.js", THEIR_LIGHT, theirs),
		];
		for (const turn of round % 2 === 1 ? turns : turns.reverse()) await turn();
	}
	const mine = medians(ours);
	const other = medians(theirs);
	return ROWS.map(([key, title, unit, aim, more]) => {
		const ratio = more ? mine[key] / other[key] : other[key] / mine[key];
		return { key, title, unit, ours: mine[key], theirs: other[key], ratio, aim };
	});
}

function sessions({ rounds }) {
	const options = JSON.stringify({ rounds: 3, batches: 10 });
	const results = { ours: {}, theirs: {} };
	const run = (side, program, ...parameters) => {
		const text = execFileSync(program, [...parameters, options], { cwd: root, encoding: "utf8" });
		for (const [key, values] of Object.entries(JSON.parse(text))) (results[side][key] ??= []).push(...values);
	};
	for (let round = 1; round <= rounds; round++) {
		say(`round ${round} of ${rounds}: sessions`);
		run("ours", join(root, "build/linux/xs-run"), join(root, "build/linux/js/bench/session.js"));
		run("theirs", process.execPath, join(root, "bench/session-matterjs.mjs"));
	}
	const { ours, theirs } = results;
	const cipher = { encode: "seal", decode: "open" };
	return Object.keys(theirs).map((key) => {
		const [step, size] = key.split(" ");
		const values = {
			ours: median(ours[key]),
			theirs: median(theirs[key]),
			cipher: median(ours[`${cipher[step]} ${size}`]),
		};
		return {
			key,
			title: `${step} ${size} bytes`,
			unit: "µs",
			...values,
			ratio: values.theirs / values.ours,
			aim: 4,
		};
	});
}

/** Loss in each direction. */
const LOSSES = [0.02, 0.05, 0.1, 0.2, 0.3];

async function losses({ rounds, toggles }) {
	if (process.env.MDNS_INTERFACE !== "lo")
		say("no network of our own here: a controller that finds a light by mDNS goes round the link, which ends this");
	const { measureLoss } = await import("../bench/loss.mjs");
	const { quantile } = await import("../bench/light.mjs");
	const results = { ours: [], theirs: [] };
	for (let round = 1; round <= rounds; round++) {
		const turn = async (side, name, program) => {
			say(
				`round ${round} of ${rounds}: ${name}, losses of ${LOSSES.map((loss) => `${loss * 100}`).join(", ")} %`,
			);
			results[side].push(await measureLoss(program, { losses: LOSSES, toggles, seed: 1000 + round }));
		};
		const turns = [() => turn("ours", "xs-matter", OUR_LIGHT), () => turn("theirs", "matter.js", THEIR_LIGHT)];
		for (const one of round % 2 === 1 ? turns : turns.reverse()) await one();
	}
	// All rounds together: there are few toggles beyond the 99th percentile.
	const summary = (side, index) => {
		const times = results[side].flatMap((round) => round[index].times);
		const sum = (key) => results[side].reduce((total, round) => total + round[index][key], 0);
		return {
			toggle: median(times),
			toggle99: quantile(times, 0.99),
			rate: (times.length * 1000) / sum("whole"),
			failed: sum("failed"),
			hopeless: sum("hopeless"),
		};
	};
	return LOSSES.flatMap((loss, index) => {
		const ours = summary("ours", index);
		const theirs = summary("theirs", index);
		const title = (what) => `${loss * 100} % lost: ${what}`;
		const row = (key, what, unit, aim, more) => ({
			key: `${key} ${loss}`,
			title: title(what),
			unit,
			ours: ours[key],
			theirs: theirs[key],
			ratio: more ? ours[key] / theirs[key] : theirs[key] / ours[key],
			aim,
			failed: [ours.failed, theirs.failed],
			hopeless: [ours.hopeless, theirs.hopeless],
		});
		return [
			row("toggle", "toggle, median", "ms", 1),
			row("toggle99", "toggle, 99th p.", "ms", 2),
			row("rate", "toggles", "1/s", 2, true),
		];
	});
}

/** Of each step of heap.ts: what it says, and the program's resident memory. */
async function heap() {
	const slot = 32;
	const options = JSON.stringify({ messages: [100_000, 1_000_000] });
	const child = spawn(join(root, "build/linux/xs-run"), [join(root, "build/linux/js/bench/heap.js"), options]);
	const resident = () =>
		Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))[1]) * 1024;
	const steps = [];
	for await (const line of createInterface(child.stdout)) {
		say(line);
		steps.push({ ...JSON.parse(line), resident: resident() });
	}
	const [left, ...runs] = steps;
	if (runs.length !== 2) throw new Error("heap.ts did not come to its end");
	return {
		slot,
		left: { encode: left.encode, decode: left.decode, roundTrip: left.roundTrip },
		runs: runs.map(({ count, before, after, resident }) => ({ count, before, after, resident })),
	};
}

function print({ light, session, loss, heap }) {
	const row = (title, ...columns) =>
		console.log(title.padEnd(31) + columns.map((text) => text.padStart(12)).join(""));
	const verdict = ({ ratio, aim }) => `${number(ratio)}x${ratio < aim ? " !" : "  "}`;
	const table = (name, rows) => {
		row(name, "xs-matter", "matter.js", "ratio  ", "aim");
		for (const one of rows)
			row(
				one.title,
				...[one.ours, one.theirs].map((value) => `${number(value)} ${one.unit}`),
				verdict(one),
				`${one.aim}x`,
			);
		console.log();
	};
	if (light !== undefined) table("A light", light);
	if (session !== undefined) {
		row("A session's message, µs", "xs-matter", "AES-CCM", "matter.js", "ratio  ");
		for (const one of session) row(one.title, ...[one.ours, one.cipher, one.theirs].map(number), verdict(one));
		console.log();
	}
	if (heap !== undefined) {
		const { slot, left, runs } = heap;
		row("Heap, 100-byte messages", "bytes", `of ${slot}`);
		for (const [title, bytes] of [
			["left by encode", left.encode],
			["left by decode", left.decode],
			["left by request and answer", left.roundTrip],
		])
			row(title, bytes.toFixed(0), (bytes / slot).toFixed(1));
		console.log();
		row("After messages", "heap before", "after", "resident");
		for (const { count, before, after, resident } of runs)
			row(String(count), String(before), String(after), `${(resident / 1024).toFixed(0)} KiB`);
		console.log();
	}
	if (loss !== undefined) {
		table("A light, datagrams lost each way", loss);
		const count = (key) => {
			const [ours, theirs] = [0, 1].map((side) =>
				loss.filter((one) => one.key.startsWith("rate")).map((one) => one[key][side]),
			);
			return `xs-matter ${ours.join(", ")}; matter.js ${theirs.join(", ")}`;
		};
		console.log(`not answered: ${count("failed")}`);
		console.log(`of those lost by the link five times: ${count("hopeless")}`);
	}
	const missed = [...(light ?? []), ...(session ?? []), ...(loss ?? [])].filter(({ ratio, aim }) => ratio < aim);
	for (const { title, ratio, aim } of missed) console.log(`! ${title}: ${number(ratio)}x, aim ${aim}x`);
	console.log(
		`${cpus().length} x ${cpus()[0].model.trim()}, Node ${process.versions.node}; medians; more than 1x: ahead`.slice(
			0,
			80,
		),
	);
}

async function main() {
	const { values, positionals } = parseArgs({
		allowPositionals: true,
		options: {
			rounds: { type: "string", default: "5" },
			toggles: { type: "string", default: "500" },
			json: { type: "boolean", default: false },
		},
	});
	const options = { rounds: Number(values.rounds), toggles: Number(values.toggles) };
	const wanted = positionals.length > 0 ? positionals : ["light", "session"];
	const unknown = wanted.find((name) => !["light", "session", "loss", "heap"].includes(name));
	if (unknown !== undefined || !(options.rounds >= 1) || !(options.toggles >= 10))
		throw new Error("see the first line of tools/bench.mjs");
	const result = { rounds: options.rounds, toggles: options.toggles };
	if (wanted.includes("light")) result.light = await lights(options);
	if (wanted.includes("session")) result.session = sessions(options);
	if (wanted.includes("heap")) result.heap = await heap();
	if (wanted.includes("loss")) result.loss = await losses(options);
	if (values.json) console.log(JSON.stringify(result, null, "\t"));
	else print(result);
}

try {
	if (process.env.XS_MATTER_BENCH === undefined) {
		requireModules(root);
		requirePackages("test");
		const { build } = await import("./build.mjs");
		for (const variant of ["release", "run"]) await build(variant, { silent: true });
		const { command, environment } = inOwnNetwork([
			process.execPath,
			fileURLToPath(import.meta.url),
			...process.argv.slice(2),
		]);
		const env = { ...process.env, ...environment, XS_MATTER_BENCH: "1" };
		process.exitCode = spawnSync(command[0], command.slice(1), { env, stdio: "inherit" }).status ?? 1;
	} else {
		await main();
		process.exit(0);
	}
} catch (error) {
	console.error(`bench: ${error.message}`);
	process.exit(1);
}

// Says hostile things to the sanitized device: node tools/fuzz.mjs [--count N] [--seed S] [--small] [--json] [--replay MODE:HEX]
// --small: to the 32-bit device at its capacity, in the heap of an ESP32-C3
// MODE is udp (a datagram), mdns, secure (protocol header and payload, in a session of an administrator) or group (the
// same, to a group of it).
import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { requireModules } from "./lib/modules.mjs";
import { inOwnNetwork } from "./lib/network.mjs";
import { requirePackages } from "./lib/packages.mjs";

const root = resolve(fileURLToPath(import.meta.url), "../..");
const PROGRAM = join(root, "build/linux/xs-matter-asan");
/** Freed memory is kept from use, but not so much that growth hides in it. */
const SANITIZERS = {
	ASAN_OPTIONS: "detect_leaks=0:quarantine_size_mb=4:thread_local_quarantine_size_kb=64:malloc_context_size=8",
	UBSAN_OPTIONS: "print_stacktrace=1",
};
const SMALL = join(root, "build/linux/xs-matter-32");
/** The static heap of an ESP32-C3, by default. */
const SMALL_HEAP = 94_208;
const MODES = ["udp", "mdns", "secure", "group"];

const say = (line) => process.stderr.write(`${line}\n`);

function item(text) {
	const [, mode, hex] = /^(?:(\w+):)?((?:[0-9a-f]{2})+)$/i.exec(text) ?? [];
	if (hex === undefined || !MODES.includes(mode ?? "udp"))
		throw new Error("--replay takes udp:, mdns: secure: or group: and hexadecimal digits");
	return { mode: mode ?? "udp", bytes: Buffer.from(hex, "hex") };
}

const written = ({ mode, bytes }) => `${mode}:${bytes.toString("hex")}`;

let small = false;

async function opened(seed) {
	const { Fuzzer } = await import("../test/fuzz/Fuzzer.mjs");
	const device = small
		? { program: SMALL, flags: ["--heap", String(SMALL_HEAP)], isFull: true }
		: { program: process.env.XS_MATTER ?? PROGRAM };
	const fuzzer = new Fuzzer({ seed, ...device });
	await fuzzer.open();
	return fuzzer;
}

/** Finds the culprit among the items of a finding, each sent alone to a new device. */
async function culprit(finding, seed) {
	if (finding.items.length === 0) return undefined;
	const fuzzer = await opened(seed);
	try {
		return (await fuzzer.replay(finding.items))?.items.at(-1);
	} finally {
		await fuzzer.close();
	}
}

async function report(finding, seed) {
	say(`${finding.message}\n${(finding.details ?? "").slice(-6000)}`);
	const one = await culprit(finding, seed).catch(() => undefined);
	const items = one ? [one] : finding.items;
	if (!one && items.length > 0) say("one of these, or several together:");
	for (const { index, ...rest } of items) say(`seed ${seed} index ${index}: --replay ${written(rest)}`);
	return {
		finding: finding.message,
		seed,
		items: items.map(({ index, ...rest }) => ({ index, replay: written(rest) })),
	};
}

function shower(count) {
	const began = performance.now();
	let last = 0;
	return ({ sent, memory }) => {
		const now = performance.now();
		if (now - last < (process.stderr.isTTY ? 500 : 10_000) && sent < count) return;
		last = now;
		const rate = Math.round((1000 * sent) / (now - began));
		const line = `${sent} of ${count}, ${rate}/s, ${(memory / 2 ** 20).toFixed(1)} MiB`;
		if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}${sent < count ? "" : "\n"}`);
		else say(line);
	};
}

/** @returns the result; `finding` says what was found */
export async function fuzz({ count, seed, replay }) {
	let fuzzer = await opened(seed);
	try {
		if (replay) {
			const finding = await fuzzer.replay([replay]);
			if (finding) say(`${finding.message}\n${finding.details ?? ""}`);
			return finding ? { finding: finding.message } : { sent: 1 };
		}
		const { corpus } = fuzzer;
		return { seed, corpus, ...(await fuzzer.run(count, shower(count))) };
	} catch (error) {
		if (error.items === undefined) throw error;
		const { sent } = fuzzer;
		await fuzzer.close();
		fuzzer = undefined;
		return { sent, ...(await report(error, seed)) };
	} finally {
		await fuzzer?.close();
	}
}

async function main() {
	const { values } = parseArgs({
		options: {
			count: { type: "string", default: "1000000" },
			seed: { type: "string", default: "1" },
			replay: { type: "string" },
			small: { type: "boolean", default: false },
			json: { type: "boolean", default: false },
		},
	});
	const options = {
		count: Number(values.count),
		seed: Number(values.seed),
		replay: values.replay && item(values.replay),
	};
	if (!Number.isInteger(options.count) || options.count < 1 || !Number.isInteger(options.seed))
		throw new Error("see the first line of tools/fuzz.mjs");
	small = values.small;
	const result = await fuzz(options);
	if (values.json) console.log(JSON.stringify(result));
	else if (result.finding) console.log(`FOUND after ${result.sent}: ${result.finding}`);
	else if (result.counts) {
		const { sent, seconds, counts, growth, renewals, restarts } = result;
		const kinds = Object.entries(counts).map(([mode, number]) => `${number} ${mode}`);
		console.log(
			`${sent} datagrams (${kinds.join(", ")}) in ${seconds.toFixed(0)} s, ${Math.round(sent / seconds)}/s`,
		);
		console.log(
			`memory +${(growth / 2 ** 20).toFixed(1)} MiB; hostile administrator renewed ${renewals}x, device restarted ${restarts}x`,
		);
	} else console.log("nothing found");
	return result.finding ? 1 : 0;
}

try {
	if (process.env.XS_MATTER_FUZZ === undefined) {
		requireModules(root);
		requirePackages("test");
		const { build } = await import("./build.mjs");
		await build(process.argv.includes("--small") ? "rom" : "fuzz", { silent: process.argv.includes("--json") });
		const { command, environment } = inOwnNetwork([
			process.execPath,
			"--no-warnings",
			fileURLToPath(import.meta.url),
			...process.argv.slice(2),
		]);
		const env = { ...process.env, ...environment, ...SANITIZERS, XS_MATTER_FUZZ: "1" };
		process.exitCode = spawnSync(command[0], command.slice(1), { env, stdio: "inherit" }).status ?? 1;
	} else process.exit(await main());
} catch (error) {
	console.error(`fuzz: ${process.env.XS_MATTER_LOG ? error.stack : error.message}`);
	process.exit(2);
}

// Holds the light to its memory: node tools/size.mjs [--search] [--update] [--json]
//   runs each scenario in a heap of the figure in size.json plus 2 %; docs/SIZE.md tells how it is measured
//   --search  finds the smallest heap of each scenario    --update  searches, and writes size.json
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { readManifest } from "./lib/manifest.mjs";
import { requireModules } from "./lib/modules.mjs";
import { inOwnNetwork } from "./lib/network.mjs";
import { requirePackages } from "./lib/packages.mjs";

const root = resolve(fileURLToPath(import.meta.url), "../..");
const linux = join(root, "build/linux");
const sdk = join(root, "node_modules/@agoric/xsnap/moddable");
const figuresFile = join(root, "size.json");
const PROGRAM = join(linux, "xs-matter-32");

/** What a figure may grow by before that is a decision. */
const TOLERANCE = 1.02;
/** More than any scenario needs. */
const PLENTY = 1_000_000;
/** The search ends at heaps that differ by this many bytes. */
const STEP = 512;
const SLOT = 16;

const GOALS = { start: 24_576, operated: 40_960, full: 94_208, flooded: 94_208, flash: 307_200 };
const TITLES = {
	start: "starts and advertises",
	operated: "commissioned and operated",
	full: "5 fabrics, 15 sessions, 15 subscriptions",
	flooded: "the same, and everybody asks for more",
	flash: "bytecode and native code",
};

const say = (line) => process.stderr.write(`${line}\n`);
const number = (value) => value.toLocaleString("en-US");

/** Runs a scenario in a heap of `heap` bytes. @returns the census at its end, or undefined where the heap was full */
async function run(name, heap) {
	const { runScenario } = await import("../test/interop/scenarios.mjs");
	return runScenario(name, PROGRAM, heap);
}

async function smallest(name) {
	const free = await run(name, PLENTY);
	let high = Math.ceil(free.peak / STEP) * STEP;
	let low = Math.floor((free.chunks + free.slots * SLOT + free.stack * SLOT) / STEP) * STEP - STEP;
	while (high - low > STEP) {
		const middle = Math.floor((low + high) / 2 / STEP) * STEP;
		const fits = (await run(name, middle)) !== undefined;
		say(`${name}: ${number(middle)} bytes ${fits ? "are enough" : "are not enough"}`);
		if (fits) high = middle;
		else low = middle;
	}
	return high;
}

/** Bytes of bytecode by module path, of what is linked into the program. */
function bytecode() {
	const text = readFileSync(join(linux, "archive/modules.c"), "utf8");
	const found = text.matchAll(/^\t\{ "([^"]+)", \d+, (\d+), \d+, (?:gHosts|C_NULL)/gm);
	return new Map([...found].map(([, path, size]) => [path, Number(size)]));
}

/** Bytes of code and constants by C file of the library. */
function natives() {
	const sizes = new Map();
	const manifest = readManifest(join(root, "modules/manifest.json"), {
		platform: "linux-host",
		variables: { MODULES: join(sdk, "modules") },
	});
	for (const source of manifest.natives) {
		if (!source.startsWith(join(root, "modules/"))) continue;
		const object = join(linux, "obj/rom", `${basename(source, ".c")}.o`);
		const { stdout } = spawnSync("size", ["-B", object], { encoding: "utf8" });
		const [text, data] = stdout.split("\n")[1].trim().split(/\s+/).map(Number);
		sizes.set(source.slice(root.length + 1), text + data);
	}
	return sizes;
}

/** modules/session/SecureSession → session; what is not in a room counts for the host or the engine. */
function roomOf(path) {
	const [top, room] = path.split("/");
	if (top === "modules") return room;
	return path === "" ? "engine" : top === "hosts" || top === "mc" || top === "moddable" ? "host" : "main";
}

function rooms(classes) {
	const table = new Map();
	const at = (path) => {
		const room = roomOf(path);
		if (!table.has(room)) table.set(room, { room, slots: 0, chunks: 0, bytecode: 0, native: 0 });
		return table.get(room);
	};
	for (const [path, , , slots, chunks] of classes) {
		at(path).slots += slots;
		at(path).chunks += chunks;
	}
	for (const [path, size] of bytecode()) at(path).bytecode += size;
	for (const [path, size] of natives()) at(path).native += size;
	return [...table.values()].sort((a, b) => (a.room < b.room ? -1 : 1));
}

function flash(table) {
	const ours = table.filter(({ room }) => room !== "engine" && room !== "host" && room !== "main");
	return ours.reduce((sum, { bytecode, native }) => sum + bytecode + native, 0);
}

function print({ figures, table, censuses }) {
	const row = (title, ...columns) =>
		console.log(title.padEnd(20) + columns.map((text) => String(text).padStart(10)).join(""));
	row("Room, at capacity", "slots", "chunks", "bytes", "bytecode", "native");
	const total = { slots: 0, chunks: 0, bytecode: 0, native: 0 };
	for (const { room, slots, chunks, bytecode, native } of table) {
		row(room, ...[slots, chunks, slots * SLOT + chunks, bytecode, native].map(number));
		for (const [key, value] of Object.entries({ slots, chunks, bytecode, native })) total[key] += value;
	}
	row(
		"total",
		...[total.slots, total.chunks, total.slots * SLOT + total.chunks, total.bytecode, total.native].map(number),
	);
	console.log();
	console.log(`${"".padEnd(42)}${"bytes".padStart(10)}${"goal".padStart(10)}`);
	for (const [name, value] of Object.entries(figures)) {
		const over = value > GOALS[name] ? " !" : "";
		console.log(
			`${TITLES[name].padEnd(42)}${number(value).padStart(10)}${number(GOALS[name]).padStart(10)}${over}`,
		);
	}
	const { stack, stackPeak, native } = censuses.full;
	console.log();
	console.log(`Stack ${number(stack)} slots, ${number(stackPeak)} used; native memory ${number(native)} bytes.`);
}

async function main() {
	const { values: options } = parseArgs({
		options: {
			search: { type: "boolean", default: false },
			update: { type: "boolean", default: false },
			json: { type: "boolean", default: false },
		},
	});
	const known = existsSync(figuresFile) ? JSON.parse(readFileSync(figuresFile, "utf8")) : {};
	const figures = {};
	const censuses = {};
	const failures = [];
	for (const name of ["start", "operated", "full", "flooded"]) {
		if (options.search || options.update) {
			figures[name] = await smallest(name);
			if (name !== "flooded") censuses[name] = await run(name, PLENTY);
			continue;
		}
		if (name === "flooded" && known[name] !== undefined) {
			// the fault tests run it, in this heap
			figures[name] = known[name];
			continue;
		}
		if (known[name] === undefined) throw new Error(`size.json has no figure "${name}": npm run size -- --update`);
		const limit = Math.floor((known[name] * TOLERANCE) / SLOT) * SLOT;
		censuses[name] = await run(name, limit);
		figures[name] = known[name];
		if (censuses[name] === undefined) {
			failures.push(
				`${TITLES[name]}: ${number(limit)} bytes are not enough any more (${number(known[name])} were)`,
			);
			censuses[name] = await run(name, PLENTY);
		}
	}
	const table = rooms(censuses.full.classes);
	figures.flash = flash(table);
	if (!options.update && known.flash !== undefined && figures.flash > known.flash * TOLERANCE)
		failures.push(`${TITLES.flash}: ${number(figures.flash)} bytes (${number(known.flash)} were)`);
	if (options.update || known.flash === undefined)
		writeFileSync(figuresFile, `${JSON.stringify(figures, null, "\t")}\n`);
	if (options.json) console.log(JSON.stringify({ figures, goals: GOALS, rooms: table, censuses }, null, "\t"));
	else print({ figures, table, censuses });
	for (const failure of failures) console.error(`size: ${failure}`);
	if (failures.length > 0) {
		console.error("size: more than 2 % of growth is a decision: npm run size -- --update");
		process.exitCode = 1;
	}
}

/** Builds the program, and lists what of it could still change where it is preloaded. */
async function prepare() {
	const { build } = await import("./build.mjs");
	await build("rom", { silent: true });
	const { stdout } = spawnSync(PROGRAM, ["--mutable"], { encoding: "utf8" });
	// the board is the application's: its state is its purpose
	const changing = stdout.split("\n").filter((line) => line !== "" && !/\.board: /.test(line));
	if (changing.length > 0) throw new Error(`preloaded, and can change:\n${changing.join("\n")}`);
}

if (basename(process.argv[1] ?? "") === "size.mjs") {
	try {
		if (process.env.XS_MATTER_SIZE === undefined) {
			requireModules(root);
			requirePackages("test");
			await prepare();
			const { command, environment } = inOwnNetwork([
				process.execPath,
				"--no-warnings",
				fileURLToPath(import.meta.url),
				...process.argv.slice(2),
			]);
			const env = { ...process.env, ...environment, XS_MATTER_SIZE: "1" };
			process.exitCode = spawnSync(command[0], command.slice(1), { env, stdio: "inherit" }).status ?? 1;
		} else {
			// what a controller still waits for when its device is gone
			process.on("unhandledRejection", () => {});
			await main();
			process.exit();
		}
	} catch (error) {
		console.error(`size: ${error.message}`);
		process.exit(1);
	}
}

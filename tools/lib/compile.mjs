// Compiles C: objects are kept as long as their sources, headers and flags stay the same.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, dirname, join } from "node:path";

const times = new Map();
const digests = new Map();

/** Time of the last change in milliseconds, 0 when there is no such file. Asked once per run. */
export function modified(path) {
	let time = times.get(path);
	if (time === undefined) {
		try {
			time = statSync(path).mtimeMs;
		} catch {
			time = 0;
		}
		times.set(path, time);
	}
	return time;
}

/** A new run begins. */
export function forget() {
	times.clear();
	digests.clear();
}

/** The file may be another one than when it was last looked at. */
export function changed(path) {
	times.delete(path);
	digests.delete(path);
}

export function writeIfChanged(path, content) {
	if (existsSync(path) && readFileSync(path).equals(Buffer.from(content))) return false;
	mkdirSync(dirname(path), { recursive: true });
	writeFileSync(path, content);
	changed(path);
	return true;
}

function run(command, args) {
	return new Promise((resolve) => {
		const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
		let output = "";
		child.stdout.on("data", (data) => (output += data));
		child.stderr.on("data", (data) => (output += data));
		child.on("error", (error) => resolve({ status: 127, output: error.message }));
		child.on("close", (status) => resolve({ status, output }));
	});
}

/** Digest of what the files hold, undefined when one is missing. A new date alone (npm ci, git) compiles nothing. */
function digest(paths) {
	const whole = createHash("sha1");
	for (const path of paths) {
		let one = digests.get(path);
		if (one === undefined) {
			try {
				one = createHash("sha1").update(readFileSync(path)).digest("hex");
			} catch {
				return undefined;
			}
			digests.set(path, one);
		}
		whole.update(`${one}\n`);
	}
	return whole.digest("hex");
}

function dependencies(file) {
	try {
		return readFileSync(file, "utf8")
			.replace(/^[^:]*:/, "")
			.replaceAll("\\\n", " ")
			.split(/\s+/)
			.filter((path) => path !== "");
	} catch {
		return undefined;
	}
}

/**
 * @param {{ source: string, flags: string[] }[]} units
 * @param {string} folder for the objects
 * @param {(line: string) => void} progress
 * @returns {Promise<string[]>} the objects, in the order of the units
 */
export async function compileAll(units, folder, progress) {
	mkdirSync(folder, { recursive: true });
	const names = new Map();
	const work = [];
	const objects = units.map(({ source, flags }) => {
		const name = basename(source, ".c");
		if (names.has(name)) throw new Error(`two C files are called ${name}.c: ${names.get(name)} and ${source}`);
		names.set(name, source);
		const object = join(folder, `${name}.o`);
		const command = JSON.stringify([source, ...flags]);
		const needs = modified(object) === 0 ? undefined : dependencies(join(folder, `${name}.d`));
		// the record has the date of the look at the sources; the object keeps its own, for the linker
		const record = join(folder, `${name}.cmd`);
		let fresh = false;
		if (needs !== undefined && modified(record) !== 0) {
			const looked = modified(record);
			const [before, content] = readFileSync(record, "utf8").split("\n");
			fresh = before === command;
			if (fresh && !needs.every((path) => modified(path) !== 0 && modified(path) <= looked)) {
				fresh = digest(needs) === content;
				if (fresh) utimesSync(record, new Date(), new Date());
			}
		}
		if (!fresh) work.push({ source, flags, object, name, command });
		return object;
	});
	if (work.length === 0) return objects;
	let next = 0;
	let failure;
	const total = work.length;
	async function worker() {
		while (next < total && failure === undefined) {
			const { source, flags, object, name, command } = work[next++];
			progress(`cc ${next}/${total} ${basename(source)}`);
			const began = Date.now();
			// two builds at once must not see half an object
			const temporary = `${object}.${process.pid}`;
			const { status, output } = await run("gcc", [
				...flags,
				"-MMD",
				"-MF",
				`${temporary}.d`,
				"-MT",
				object,
				"-c",
				source,
				"-o",
				temporary,
			]);
			if (output !== "") process.stderr.write(output);
			if (status !== 0) {
				rmSync(temporary, { force: true });
				rmSync(`${temporary}.d`, { force: true });
				failure = new Error(`${source} does not compile`);
				return;
			}
			renameSync(`${temporary}.d`, join(folder, `${name}.d`));
			renameSync(temporary, object);
			const record = join(folder, `${name}.cmd`);
			const needs = dependencies(join(folder, `${name}.d`)) ?? [];
			// what was saved meanwhile is compiled the next time
			for (const path of needs) changed(path);
			const content = needs.every((path) => modified(path) <= began) ? digest(needs) : "";
			writeFileSync(record, `${command}\n${content}\n`);
			utimesSync(record, new Date(began), new Date(began));
			changed(object);
		}
	}
	await Promise.all(Array.from({ length: availableParallelism() }, worker));
	if (failure !== undefined) throw failure;
	return objects;
}

/** Links when an object is newer than the program, or the list is another one. */
export async function link(program, objects, flags, progress) {
	const command = JSON.stringify([...objects, ...flags]);
	const record = `${program}.link`;
	const time = modified(program);
	if (time !== 0 && objects.every((object) => modified(object) <= time)) {
		try {
			if (readFileSync(record, "utf8") === command) return false;
		} catch {
			// linked by an interrupted build
		}
	}
	progress(`link ${basename(program)}`);
	const temporary = `${program}.${process.pid}`;
	const { status, output } = await run("gcc", [...objects, ...flags, "-o", temporary]);
	if (output !== "") process.stderr.write(output);
	if (status !== 0) {
		rmSync(temporary, { force: true });
		throw new Error(`${basename(program)} does not link`);
	}
	renameSync(temporary, program);
	writeFileSync(record, command);
	changed(program);
	return true;
}

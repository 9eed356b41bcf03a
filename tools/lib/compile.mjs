// Compiles C: objects are kept as long as their sources, headers and flags stay the same.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, dirname, join } from "node:path";

const times = new Map();

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
}

/** The file was written by this run. */
export function changed(path) {
	times.delete(path);
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
		const time = modified(object);
		const needs = time === 0 ? undefined : dependencies(join(folder, `${name}.d`));
		let fresh = needs !== undefined && needs.every((path) => modified(path) !== 0 && modified(path) <= time);
		if (fresh) {
			try {
				fresh = readFileSync(join(folder, `${name}.cmd`), "utf8") === command;
			} catch {
				fresh = false;
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
			writeFileSync(join(folder, `${name}.cmd`), command);
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

/*
 * Small files in the root of littlefs on the "storage" partition, over the SDK's port of it. lfs_rename replaces in one
 * step, and both it and lfs_file_sync have reached the flash when they return.
 */
import { Directory } from "embedded:x-files-implementation";
import state from "host/state";

function bootstrap(directory, path) @ "xs_directorylittlefs_bootstrap";

const NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$/;

/* As littlefs has it; the SDK's debug build says it in words. */
const FULL = /-28$|No space left/;

class Root extends Native("xs_directorylittlefs_destructor") {}
Object.freeze(Root.prototype);

/* The SDK's errors are a number. */
function attempt(what, step) {
	try {
		return step();
	} catch (error) {
		const full = FULL.test(error.message);
		const sentence = new Error(`${what}: ${full ? "the storage partition is full" : error.message}`);
		sentence.code = full ? "ENOSPC" : "EIO";
		throw sentence;
	}
}

/* The folder; the partition is opened when it is used first. */
function folder() {
	const it = state();
	if (it.root === undefined) {
		const root = new Root();
		Object.setPrototypeOf(root, Directory.prototype);
		bootstrap(root, "/");
		it.root = root;
	}
	return it.root;
}

/* Runs step with the open file, and closes it in any case. */
function use(path, mode, step) {
	const file = folder().openFile({ path, mode });
	try {
		return step(file);
	} finally {
		file.close();
	}
}

function check(name) {
	if (!NAME.test(name)) throw new RangeError("not a file name");
}

export function read(name) {
	check(name);
	return attempt(`${name} cannot be read`, () => {
		const status = folder().status(name);
		if (!status.isFile()) return undefined;
		const { size } = status;
		if (size === 0) return new Uint8Array(0);
		return use(name, "r", (file) => {
			const bytes = new Uint8Array(size);
			if (file.read(bytes, 0) !== size) throw new Error("it became shorter");
			return bytes;
		});
	});
}

/* Flushes always: closing would write as much, and not tell when that fails. */
export function write(name, bytes) {
	check(name);
	attempt(`${name} cannot be written`, () =>
		use(name, "w", (file) => {
			if (bytes.byteLength > 0) file.write(bytes, 0);
			file.flush();
		}),
	);
}

/* Has reached the flash when it returns, asked to or not. */
export function move(from, to) {
	check(from);
	check(to);
	attempt(`${from} cannot be moved to ${to}`, () => folder().move(from, to));
}

export function remove(name) {
	check(name);
	return attempt(`${name} cannot be removed`, () => folder().delete(name));
}

export function list() {
	return attempt("the storage partition cannot be listed", () => {
		const result = [];
		for (const name of folder().scan()) if (NAME.test(name)) result.push(name);
		return result;
	});
}

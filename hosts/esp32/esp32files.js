/*
 * Small files in the root of littlefs on the "storage" partition, over the SDK's port of it. lfs_rename replaces in one
 * step, and both it and lfs_file_sync have reached the flash when they return.
 */
import { Directory } from "embedded:x-files-implementation";

function bootstrap(directory, path) @ "xs_directorylittlefs_bootstrap";

const NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$/;

/* As littlefs has it; the SDK's debug build says it in words. */
const FULL = /-28$|No space left/;

/* Made while modules are preloaded: the flash is opened when it is used first. */
class Volume {
	_root;

	get root() {
		if (this._root === undefined) {
			const root = new (Native("xs_directorylittlefs_destructor"))();
			Object.setPrototypeOf(root, Directory.prototype);
			this.attempt("the storage partition cannot be opened", () => bootstrap(root, "/"));
			this._root = root;
		}
		return this._root;
	}

	/* The SDK's errors are a number. */
	attempt(what, step) {
		try {
			return step();
		} catch (error) {
			const full = FULL.test(error.message);
			const sentence = new Error(`${what}: ${full ? "the storage partition is full" : error.message}`);
			sentence.code = full ? "ENOSPC" : "EIO";
			throw sentence;
		}
	}

	/* Runs step with the open file, and closes it in any case. */
	use(what, path, mode, step) {
		const { root } = this;
		return this.attempt(what, () => {
			const file = root.openFile({ path, mode });
			try {
				return step(file);
			} finally {
				file.close();
			}
		});
	}
}

const VOLUME = new Volume();

function check(name) {
	if (!NAME.test(name)) throw new RangeError("not a file name");
}

export function read(name) {
	check(name);
	const what = `${name} cannot be read`;
	const status = VOLUME.attempt(what, () => VOLUME.root.status(name));
	if (!status.isFile()) return undefined;
	const { size } = status;
	if (size === 0) return new Uint8Array(0);
	return VOLUME.use(what, name, "r", (file) => {
		const bytes = file.read(size, 0);
		if (bytes.byteLength !== size) throw new Error("it became shorter");
		/* what the SDK returns may be resized; a copy of fixed length is smaller */
		return new Uint8Array(bytes.slice(0));
	});
}

/* Flushes always: closing would write as much, and not tell when that fails. */
export function write(name, bytes) {
	check(name);
	VOLUME.use(`${name} cannot be written`, name, "w", (file) => {
		if (bytes.byteLength > 0) file.write(bytes, 0);
		file.flush();
	});
}

/* Has reached the flash when it returns, asked to or not. */
export function move(from, to) {
	check(from);
	check(to);
	VOLUME.attempt(`${from} cannot be moved to ${to}`, () => VOLUME.root.move(from, to));
}

export function remove(name) {
	check(name);
	return VOLUME.attempt(`${name} cannot be removed`, () => VOLUME.root.delete(name));
}

export function list() {
	return VOLUME.attempt("the storage partition cannot be listed", () => {
		const result = [];
		for (const name of VOLUME.root.scan()) if (NAME.test(name)) result.push(name);
		return result;
	});
}

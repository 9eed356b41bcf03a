import * as files from "host/files";
import type { Files } from "../../modules/storage/Files";

/** Thrown in place of the power that is gone. */
export class PowerCut extends Error {}

/**
 * The host's files, until power is cut at the n-th operation that changes something (counted from 0): before it, within it
 * (half of the bytes of a write are there), or right after it. From then on nothing works.
 */
export class CutFiles implements Files {
	#left: number;
	#where: "before" | "within" | "after";
	#dead = false;

	constructor(operation: number, where: "before" | "within" | "after") {
		this.#left = operation;
		this.#where = where;
	}

	/** whether it came to that */
	get isCut(): boolean {
		return this.#dead;
	}

	read(name: string): Uint8Array | undefined {
		this.#alive();
		return files.read(name);
	}

	write(name: string, bytes: Uint8Array, flush: boolean): void {
		this.#change(
			() => files.write(name, bytes, flush),
			() => files.write(name, bytes.subarray(0, bytes.length >> 1), false),
		);
	}

	move(from: string, to: string, flush: boolean): void {
		this.#change(() => files.move(from, to, flush));
	}

	remove(name: string): boolean {
		let removed = false;
		this.#change(() => (removed = files.remove(name)));
		return removed;
	}

	list(): string[] {
		this.#alive();
		return files.list();
	}

	#alive(): void {
		if (this.#dead) throw new PowerCut("no power");
	}

	#change(whole: () => void, half?: () => void): void {
		this.#alive();
		if (this.#left-- > 0) {
			whole();
			return;
		}
		this.#dead = true;
		if (this.#where === "within") half?.();
		else if (this.#where === "after") whole();
		throw new PowerCut("power cut");
	}
}

/** Small files in the device's storage: one flat folder, names of [A-Za-z0-9._-], 1 to 64 characters, no leading dot. */
declare module "host/files" {
	/** @returns the whole content, undefined when there is no such file */
	export function read(name: string): Uint8Array | undefined;
	/**
	 * Creates or truncates.
	 * @param flush the bytes reach the medium before it returns
	 * @throws Error with a clear sentence
	 */
	export function write(name: string, bytes: Uint8Array, flush: boolean): void;
	/**
	 * Renames, and replaces `to` in one step: after a power cut either the old or the new content is there.
	 * @param flush the new name reaches the medium before it returns
	 */
	export function move(from: string, to: string, flush: boolean): void;
	/** @returns false when there is no such file */
	export function remove(name: string): boolean;
	export function list(): string[];
}

import type { Files } from "../../modules/storage/Files";

/** Files in memory: of a second node in a test, whose storage is not the host's. */
export class MemoryFiles implements Files {
	#files = new Map<string, Uint8Array>();

	read(name: string): Uint8Array | undefined {
		return this.#files.get(name)?.slice();
	}

	write(name: string, bytes: Uint8Array): void {
		this.#files.set(name, bytes.slice());
	}

	move(from: string, to: string): void {
		this.#files.set(to, this.#files.get(from)!);
		this.#files.delete(from);
	}

	remove(name: string): boolean {
		return this.#files.delete(name);
	}

	list(): string[] {
		return [...this.#files.keys()];
	}
}

/** What Storage needs of host/files; a test hands in one that fails at a chosen operation. */
export interface Files {
	read(name: string): Uint8Array | undefined;
	write(name: string, bytes: Uint8Array, flush: boolean): void;
	move(from: string, to: string, flush: boolean): void;
	remove(name: string): boolean;
	list(): string[];
}

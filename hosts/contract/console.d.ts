declare module "host/console" {
	/** Writes one line; the line end is added. */
	export function print(line: string): void;
	/** Writes one line of log output (standard error on a computer). */
	export function log(line: string): void;
	/** Every full line typed, without its end; undefined to stop. */
	export function onLine(callback: ((line: string) => void) | undefined): void;
}

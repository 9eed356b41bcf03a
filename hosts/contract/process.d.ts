/** Test programs only. */
declare module "host/process" {
	export function exit(status?: number): never;
	/** Arguments after the module's name. */
	export function args(): string[];
	/** Collects garbage now. */
	export function collect(): void;
}

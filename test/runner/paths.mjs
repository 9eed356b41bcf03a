import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** Where the Linux build puts programs, and JavaScript at the same relative paths as its TypeScript. */
export const buildFolder = join(root, "build/linux");
export const scriptFolder = join(buildFolder, "js");

/**
 * Programs that run a test file on the engine, by variant: the first one decides; the second, where there is one, is
 * asked where a failure happened, for only a debugging engine counts lines. `targets` are what the build makes them by.
 */
export const variants = {
	release: { programs: [join(buildFolder, "xs-run"), join(buildFolder, "xs-test")], targets: ["run", "test"] },
	asan: { programs: [join(buildFolder, "xs-test-asan")], targets: ["asan"] },
	rom: { programs: [join(buildFolder, "xs-test-32")], targets: ["rom"] },
};

/** `test/unit/x/Y.test.ts` (absolute) → its script in the build folder */
export function scriptOf(source) {
	return join(scriptFolder, relative(root, source)).replace(/\.ts$/, ".js");
}

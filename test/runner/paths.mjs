import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** Where the Linux build puts programs, and JavaScript at the same relative paths as its TypeScript. */
export const buildFolder = join(root, "build/linux");
export const scriptFolder = join(buildFolder, "js");

/** Programs that run a test file on the engine, by variant. */
export const programs = {
	release: join(buildFolder, "xs-test"),
	asan: join(buildFolder, "xs-test-asan"),
};

/** `test/unit/x/Y.test.ts` (absolute) → its script in the build folder */
export function scriptOf(source) {
	return join(scriptFolder, relative(root, source)).replace(/\.ts$/, ".js");
}

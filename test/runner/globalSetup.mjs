import { existsSync } from "node:fs";
import { build } from "../../tools/build.mjs";
import { programs } from "./paths.mjs";

/** Targets of the build, by variant of the engine. */
const targets = { release: "test", asan: "asan" };

/** Builds what the tests run in. Jest calls this once for each project that has tests to run. */
export default async function setup(_globalConfig, projectConfig) {
	const { variant } = projectConfig.globals;
	try {
		await build(targets[variant], { silent: true });
	} catch (error) {
		if (process.env.CI || !existsSync(programs[variant])) throw error;
		// Another's half-written C file should not keep anybody from their own tests.
		process.stderr.write(
			`\n${error.message}\nTHE BUILD FAILED: these tests run in the program of the last build that did not.\n\n`,
		);
	}
}

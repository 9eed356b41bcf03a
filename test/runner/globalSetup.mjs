import { existsSync } from "node:fs";
import { build } from "../../tools/build.mjs";
import { variants } from "./paths.mjs";

/** Builds what the tests run in. Jest calls this once for each project that has tests to run. */
export default async function setup(_globalConfig, projectConfig) {
	const { programs, targets } = variants[projectConfig.globals.variant];
	try {
		for (const target of targets) await build(target, { silent: true });
	} catch (error) {
		if (process.env.CI || !programs.every(existsSync)) throw error;
		// Another's half-written C file should not keep anybody from their own tests.
		process.stderr.write(
			`\n${error.message}\nTHE BUILD FAILED: these tests run in the program of the last build that did not.\n\n`,
		);
	}
}

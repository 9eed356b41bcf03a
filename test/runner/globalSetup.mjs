import { build } from "../../tools/build.mjs";

/** Targets of the build, by variant of the engine. */
const targets = { release: "test", asan: "asan" };

/** Builds what the tests run in. Jest calls this once for each project that has tests to run. */
export default async function setup(_globalConfig, projectConfig) {
	await build(targets[projectConfig.globals.variant], { silent: true });
}

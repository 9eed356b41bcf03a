import { build } from "./build.mjs";

/** Jest calls this once for each project that has tests to run. */
export default async function setup(globalConfig, projectConfig) {
	await build(projectConfig.globals.variant ?? "release");
}

import { build } from "../../tools/build.mjs";
import { variants } from "./paths.mjs";

/** Builds what the tests run in. Jest calls this once for each project that has tests to run. */
export default async function setup(_globalConfig, projectConfig) {
	for (const target of variants[projectConfig.globals.variant].targets) await build(target, { silent: true });
}

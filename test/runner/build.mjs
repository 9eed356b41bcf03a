import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { buildFolder, programs, root } from "./paths.mjs";
import { transpile } from "./transpile.mjs";

/** Targets of tools/build.mjs, by variant. */
const targets = { release: "test", asan: "test-asan" };

let failures = new Map();

/** Why a test file could not be blanked; undefined when it could. */
export function transpileFailure(path) {
	return failures.get(path);
}

/** Builds the program that runs the tests, and the scripts of modules and tests. */
export async function build(variant) {
	const builder = join(root, "tools/build.mjs");
	if (existsSync(builder)) {
		const { status, stdout, stderr } = spawnSync(process.execPath, [builder, targets[variant]], {
			cwd: root,
			encoding: "utf8",
		});
		if (status !== 0) throw new Error(`The build failed:\n${stdout}${stderr}`);
	}
	if (!existsSync(programs[variant])) throw new Error(`${programs[variant]} is missing in ${buildFolder}: npm run build`);
	failures = await transpile([join(root, "modules"), join(root, "test/unit"), join(root, "test/runner/xs")]);
}

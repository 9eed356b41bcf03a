// node_modules: installed when missing or older than the lock file. Imports nothing from there.
import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";

const time = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** @throws Error when npm fails */
export function requireModules(root) {
	if (time(join(root, "node_modules/.package-lock.json")) >= time(join(root, "package-lock.json"))) return;
	console.log("npm ci: fetches the packages of package-lock.json");
	const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd: root, stdio: "inherit" });
	if (status !== 0) throw new Error("npm ci failed");
}

// node_modules: installed when missing or when the lock file asks for something else. Imports nothing from there.
import { spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const time = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
const packages = (path) => JSON.parse(readFileSync(path, "utf8")).packages;

/** What is installed is what the lock file names; optional packages may be missing. */
function current(lock, installed) {
	if (time(installed) === 0) return false;
	if (time(installed) >= time(lock)) return true;
	const found = packages(installed);
	return Object.entries(packages(lock)).every(
		([name, { version, optional, devOptional }]) =>
			name === "" || optional || devOptional || found[name]?.version === version,
	);
}

/** @throws Error when npm fails */
export function requireModules(root) {
	if (current(join(root, "package-lock.json"), join(root, "node_modules/.package-lock.json"))) return;
	console.log("npm ci: fetches the packages of package-lock.json");
	const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd: root, stdio: "inherit" });
	if (status !== 0) throw new Error("npm ci failed");
}

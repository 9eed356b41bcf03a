/**
 * npm run codegen: writes modules/clusters/generated from the standard data model in @matter/model.
 *     --check   write nothing; fail when a file is not what would be written
 */
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { generate } from "./codegen/generate.mjs";

const folder = fileURLToPath(new URL("../modules/clusters/generated/", import.meta.url));
const check = process.argv.includes("--check");
const files = await generate(folder);
mkdirSync(folder, { recursive: true });
const differing = [];
let bytes = 0;
for (const name of new Set([...readdirSync(folder), ...files.keys()])) {
	const wanted = files.get(name);
	bytes += wanted?.length ?? 0;
	if (wanted === contentOf(join(folder, name))) continue;
	differing.push(name);
	if (check) continue;
	if (wanted === undefined) rmSync(join(folder, name));
	else writeFileSync(join(folder, name), wanted);
}
if (check && differing.length > 0) {
	console.error(`not what npm run codegen writes: ${differing.join(", ")}`);
	process.exit(1);
}
console.log(`${files.size} files, ${bytes} bytes; ${differing.length} changed`);

function contentOf(path) {
	try {
		return readFileSync(path, "utf8");
	} catch {
		return undefined;
	}
}

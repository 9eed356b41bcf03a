import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { root, scriptOf } from "./paths.mjs";

function* files(folder) {
	if (!existsSync(folder)) return;
	for (const entry of readdirSync(folder, { withFileTypes: true })) {
		const path = join(folder, entry.name);
		if (entry.isDirectory()) yield* files(path);
		else if (/\.ts$/.test(entry.name) && !/\.d\.ts$/.test(entry.name)) yield path;
	}
}

function stale(source, script) {
	const made = statSync(script, { throwIfNoEntry: false });
	return made === undefined || made.mtimeMs <= statSync(source).mtimeMs;
}

/** Where in `text` the offset is, as `line:column` counted from 1. */
function position(text, offset) {
	const lines = text.slice(0, offset).split("\n");
	return `${lines.length}:${lines.at(-1).length + 1}`;
}

/** Writes through a name of its own: several test runs may share the build folder. */
export function writeWhole(path, text) {
	const draft = `${path}.${process.pid}`;
	mkdirSync(dirname(path), { recursive: true });
	writeFileSync(draft, text);
	renameSync(draft, path);
}

/**
 * Blanks the types out of every TypeScript file below `folders`, so that lines and columns stay the same,
 * and puts the scripts in the build folder. Files older than their script are left alone.
 * A file that cannot be blanked loses its script, and its reason goes to `failures` (path → sentence).
 */
export async function transpile(folders) {
	const failures = new Map();
	const work = folders.flatMap((folder) => [...files(folder)]).filter((source) => stale(source, scriptOf(source)));
	if (work.length === 0) return failures;
	const { blankSourceFile } = await import("ts-blank-space");
	const { default: ts } = await import("typescript");
	for (const source of work) {
		const text = readFileSync(source, "utf8");
		const file = ts.createSourceFile(source, text, { languageVersion: ts.ScriptTarget.ESNext }, false);
		const errors = file.parseDiagnostics.map(
			(one) => `${position(text, one.start)} ${ts.flattenDiagnosticMessageText(one.messageText, "\n")}`,
		);
		const script = blankSourceFile(file, (node) => {
			errors.push(`${position(text, node.getStart(file))} this TypeScript syntax cannot be erased`);
		});
		if (errors.length === 0) writeWhole(scriptOf(source), script);
		else {
			rmSync(scriptOf(source), { force: true });
			failures.set(source, errors.map((error) => `${relative(root, source)}:${error}`).join("\n"));
		}
	}
	return failures;
}

// Reads manifest.json the way mcconfig does: include, modules, preload, config, platforms, $(NAME).
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, extname, isAbsolute, join, resolve } from "node:path";

const CODE = new Set([".js", ".mjs", ".ts"]);

/**
 * @param {string} file the manifest to start from
 * @param {{ platform: string, variables: Record<string, string>, test?: boolean }} options
 * @returns {{ modules: Map<string, string>, natives: string[], folders: string[], preload: string[], config: object, libraries: string[], files: string[] }}
 * modules: specifier to source file; natives: C files; folders: where their headers are; files: every manifest read
 */
export function readManifest(file, { platform, variables, test = false }) {
	const result = { modules: new Map(), natives: [], folders: [], preload: [], config: {}, libraries: [], files: [] };
	const values = { ...variables };

	function substitute(text) {
		return text.replace(/\$\((\w+)\)/g, (whole, name) => {
			const value = values[name] ?? process.env[name];
			if (value === undefined) throw new Error(`${file}: ${whole} is not known`);
			return value;
		});
	}

	function locate(folder, path) {
		const text = substitute(path);
		return isAbsolute(text) ? text : resolve(folder, text);
	}

	function addFile(specifier, path, where) {
		const extension = extname(path);
		if (extension === ".c") {
			if (!result.natives.includes(path)) result.natives.push(path);
			if (!result.folders.includes(dirname(path))) result.folders.push(dirname(path));
		} else if (CODE.has(extension) && !path.endsWith(".d.ts")) {
			const other = result.modules.get(specifier);
			if (other !== undefined && other !== path) {
				throw new Error(`${where}: "${specifier}" is both ${other} and ${path}`);
			}
			result.modules.set(specifier, path);
		}
	}

	function addModules(folder, modules, where) {
		for (const [key, value] of Object.entries(modules ?? {})) {
			if (key === "~") continue;
			for (const source of Array.isArray(value) ? value : [value]) {
				const path = locate(folder, source);
				const directory = dirname(path);
				const name = basename(path);
				// like mcconfig's, the wildcard does not descend into folders; a room without files is an empty one
				const entries = existsSync(directory) ? readdirSync(directory, { withFileTypes: true }) : [];
				let found = name === "*";
				for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
					if (entry.isDirectory()) continue;
					const base = entry.name.endsWith(".d.ts") ? undefined : basename(entry.name, extname(entry.name));
					if (base === undefined || (name !== "*" && base !== name)) continue;
					found = true;
					addFile(key.endsWith("*") ? key.slice(0, -1) + base : key, join(directory, entry.name), where);
				}
				if (!found) throw new Error(`${where}: no file for "${key}": ${source}`);
			}
		}
	}

	function addList(list, value) {
		for (const item of Array.isArray(value) ? value : value === undefined ? [] : [value]) {
			if (!list.includes(item)) list.push(item);
		}
	}

	function addSection(folder, section, where) {
		Object.assign(
			values,
			Object.fromEntries(Object.entries(section.build ?? {}).map(([k, v]) => [k, substitute(v)])),
		);
		for (const include of [section.include ?? []].flat()) read(locate(folder, include));
		addModules(folder, section.modules, where);
		addList(result.preload, section.preload);
		merge(result.config, section.config);
		if (section.linux !== undefined) {
			addList(result.libraries, section.linux.libraries);
			if (test && section.linux.test !== undefined) addSection(folder, section.linux.test, where);
		}
		const specific = section.platforms?.[platform];
		if (specific !== undefined) addSection(folder, specific, where);
	}

	function read(path) {
		if (result.files.includes(path)) return;
		result.files.push(path);
		let text;
		try {
			text = readFileSync(path, "utf8");
		} catch (error) {
			throw new Error(`${path}: ${error.message}`);
		}
		let manifest;
		try {
			manifest = JSON.parse(text);
		} catch (error) {
			throw new Error(`${path}: ${error.message}`);
		}
		addSection(dirname(path), manifest, path);
	}

	read(file);
	return result;
}

function merge(target, source) {
	for (const [key, value] of Object.entries(source ?? {})) {
		if (value !== null && typeof value === "object" && !Array.isArray(value)) {
			target[key] = merge({ ...target[key] }, value);
		} else {
			target[key] = value;
		}
	}
	return target;
}

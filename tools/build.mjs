// Builds the Linux host: node tools/build.mjs [--variant] [release|test|run|asan|fuzz|slow|rom|all] [--quiet]
//   release   build/linux/xs-matter, the device (what npm start runs)
//   test      build/linux/xs-test, runs a module from its file, with line numbers in errors
//   run       build/linux/xs-run, the same with the release engine (for measurements)
//   asan      build/linux/xs-test-asan, xs-test under the address and undefined behaviour sanitizers with moving chunks
//   fuzz      build/linux/xs-matter-asan, the device under both sanitizers; collected every thousand allocations
//   slow      build/linux/xs-matter-slow, the device that takes as long as on an ESP32-C3 (hosts/linux/engine/slow.c)
//   rom       build/linux/xs-matter-32 and xs-test-32: 32 bits, preloaded modules frozen, one heap of a given size
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join, posix, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { changed, compileAll, forget, link, modified, writeIfChanged } from "./lib/compile.mjs";
import { withLock } from "./lib/lock.mjs";
import { readManifest } from "./lib/manifest.mjs";
import { requireModules } from "./lib/modules.mjs";
import { requirePackages } from "./lib/packages.mjs";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const sdk = join(root, "node_modules/@agoric/xsnap/moddable");
const host = join(root, "hosts/linux");
const output = join(root, "build/linux");
const script = join(output, "js");

const ENGINE_DEFINES = [
	"-DINCLUDE_XSPLATFORM",
	'-DXSPLATFORM="linuxPlatform.h"',
	"-DmxRun=1",
	"-DmxParse=1",
	"-DmxBoundsCheck=1",
	"-DmxLockdown=1",
	"-DmxMinusZero=1",
	"-DmxStringNormalize=0",
	"-DmxNoConsole=1",
];
const WARNINGS = ["-Wall", "-Wextra", "-Wno-unused-parameter", "-Wno-missing-field-initializers"];
// The engine reads its bytecode at any address; what it leaves undefined is not ours to find.
const ENGINE_DEFINED = "-fno-sanitize=undefined";
const SANITIZE = ["-fsanitize=address,undefined", "-fno-sanitize-recover=undefined", "-fno-omit-frame-pointer"];

// Slots of 16 bytes as on a microcontroller; numbers in double precision throughout, dates after 2038.
const ROM = ["-m32", "-msse2", "-mfpmath=sse", "-D_FILE_OFFSET_BITS=64", "-D_TIME_BITS=64", "-DHOST_ROM=1"];
// Code that stays where it is linked to, without tables for unwinding: what compilers for microcontrollers do unasked.
const EMBEDDED = ["-fno-pie", "-fno-asynchronous-unwind-tables"];
const SMALL = ["-Os", "-ffunction-sections", "-fdata-sections", ...ROM, ...EMBEDDED];
const SMALL_LINK = ["-m32", "-no-pie", "-Wl,--gc-sections"];

// What hosts/linux/engine/slow.c stands around.
const WRAPPED = [
	"cryptolib_aead_decrypt",
	"cryptolib_aead_encrypt",
	"cryptolib_hkdf",
	"cryptolib_hmac",
	"cryptolib_p256_public",
	"cryptolib_p256_sign",
	"cryptolib_p256_spake2p",
	"cryptolib_p256_verify",
	"cryptolib_pbkdf2",
	"fxCloneMachine",
	"loopNow",
	"loopRun",
	"psa_hash_compute",
	"psa_hash_update",
	"psa_raw_key_agreement",
	"xs_udp_read",
	"xs_udp_write",
];

// What the engine and the natives are compiled with.
const CONFIGURATIONS = {
	rom: { engine: SMALL, native: SMALL, link: SMALL_LINK },
	slow: {
		engine: [...SMALL, "-DmxMetering=1"],
		native: [...SMALL, "-DmxMetering=1"],
		link: [...SMALL_LINK, ...WRAPPED.map((name) => `-Wl,--wrap=${name}`)],
	},
	release: {
		engine: ["-O2", "-ffunction-sections", "-fdata-sections"],
		native: ["-O2", "-ffunction-sections", "-fdata-sections"],
		link: ["-Wl,--gc-sections"],
	},
	test: { engine: ["-O2", "-g1", "-DmxDebug=1"], native: ["-O2", "-g1", "-DmxDebug=1"], link: [] },
	asan: {
		engine: [
			"-O1",
			"-g1",
			"-DmxDebug=1",
			"-DmxNoChunks=1",
			"-DmxStress=1",
			"-DmxPoisonSlots=1",
			"-DmxASANStackMargin=131072",
			...SANITIZE,
			ENGINE_DEFINED,
			"--param",
			"asan-globals=0",
		],
		native: ["-O1", "-g", "-DmxDebug=1", "-DmxStress=1", ...SANITIZE],
		link: SANITIZE,
	},
	fuzz: {
		engine: [
			"-O2",
			"-g1",
			"-DmxNoChunks=1",
			"-DmxStress=1",
			"-DmxPoisonSlots=1",
			"-DmxASANStackMargin=131072",
			...SANITIZE,
			ENGINE_DEFINED,
			"--param",
			"asan-globals=0",
		],
		// what a handler holds too long is found where the collector runs in the midst of it
		native: ["-O2", "-g", "-DmxStress=1", "-DHOST_STRESS=1009", ...SANITIZE],
		link: SANITIZE,
	},
};

const HOST = ["calls.c", "flags.c", "host.c", "loop.c", "machine.c", "storage.c", "timers.c"];

let quiet = false;
let lastLine = 0;
let worked = false;

function progress(line) {
	worked = true;
	if (quiet) return;
	if (process.stdout.isTTY) {
		process.stdout.write(`\r\x1b[K${line}`);
		lastLine = 1;
	} else if (!line.startsWith("cc ") || Date.now() - lastLine > 2000) {
		lastLine = Date.now();
		process.stdout.write(`${line}\n`);
	}
}

/** Where a source's code goes in the js folder, without extension: what specifiers resolve to. */
function modulePath(source) {
	const inside = relative(sdk, source);
	const path = inside.startsWith("..") ? relative(root, source) : join("moddable", inside);
	if (path.startsWith("..")) throw new Error(`${source} is outside of the project`);
	return path.slice(0, -extname(path).length).split(sep).join("/");
}

function* walk(folder) {
	if (!existsSync(folder)) return;
	for (const entry of readdirSync(folder, { withFileTypes: true })) {
		const path = join(folder, entry.name);
		if (entry.isDirectory()) yield* walk(path);
		else yield path;
	}
}

let blank;

/** Blanks types out in place (lines and columns stay) or copies JavaScript. Returns what cannot be blanked. */
async function transpile(sources) {
	let count = 0;
	let failed = 0;
	const errors = [];
	for (const [path, source] of sources) {
		const target = join(script, `${path}.js`);
		if (modified(target) >= modified(source) && modified(target) !== 0) continue;
		let text = readFileSync(source, "utf8");
		if (extname(source) === ".ts") {
			blank ??= (await import("ts-blank-space")).default;
			text = blank(text, (node) => {
				const start = node.getStart();
				const line = text.slice(0, start).split("\n").length;
				errors.push(
					`${relative(root, source)}:${line}: this syntax cannot be erased: ${node.getText().split("\n")[0]}`,
				);
			});
		}
		if (errors.length > failed) {
			// without a script the error shows again the next time
			failed = errors.length;
			rmSync(target, { force: true });
			continue;
		}
		mkdirSync(dirname(target), { recursive: true });
		writeFileSync(`${target}.${process.pid}`, text);
		renameSync(`${target}.${process.pid}`, target);
		changed(target);
		count++;
	}
	const wanted = new Set([...sources.keys()].map((path) => join(script, `${path}.js`)));
	for (const file of walk(script)) {
		if (file.endsWith(".js") && !wanted.has(file)) {
			rmSync(file);
			count++;
		}
	}
	if (count > 0) progress(`ts ${count} modules`);
	return errors;
}

const IMPORTS = [
	/^\s*(?:import|export)\b[^;'"]*?\bfrom\s*["']([^"']+)["']/gm,
	/^\s*import\s*["']([^"']+)["']/gm,
	/\bimport\s*\(\s*["']([^"']+)["']/g,
];

/** The paths of the modules that `start` needs, itself included: only they become part of the device. */
function reachable(start, sources, modules) {
	const found = new Set();
	const work = [start];
	while (work.length > 0) {
		const path = work.pop();
		if (found.has(path)) continue;
		found.add(path);
		const text = readFileSync(join(script, `${path}.js`), "utf8");
		for (const pattern of IMPORTS) {
			for (const [, specifier] of text.matchAll(pattern)) {
				const target = specifier.startsWith(".")
					? posix.join(posix.dirname(path), specifier.replace(/\.[jt]s$/, ""))
					: modules.get(specifier);
				if (target === undefined || !sources.has(target)) {
					throw new Error(`${relative(root, sources.get(path))}: module "${specifier}" not found`);
				}
				work.push(target);
			}
		}
	}
	return found;
}

/** Everything that manifests name, and the programs of tests and measurements. */
function collect() {
	const variables = { MODDABLE: sdk, MODULES: join(sdk, "modules"), BUILD: join(sdk, "build") };
	const manifest = readManifest(join(root, "manifest.json"), { platform: "linux-host", variables, test: true });
	const sources = new Map();
	const specifiers = new Map();
	for (const [specifier, source] of manifest.modules) {
		const path = modulePath(source);
		sources.set(path, source);
		specifiers.set(specifier, path);
	}
	const defaults = join(output, "include/defaults.js");
	writeIfChanged(defaults, `export default Object.freeze(${JSON.stringify(manifest.config)});\n`);
	sources.set("mc/defaults", defaults);
	specifiers.set("mc/defaults", "mc/defaults");
	for (const folder of ["bench", "test"]) {
		for (const file of walk(join(root, folder))) {
			const inside = relative(root, file);
			if (
				file.endsWith(".d.ts") ||
				!(file.endsWith(".ts") || (file.endsWith(".js") && inside.startsWith("test/unit")))
			)
				continue;
			sources.set(modulePath(file), file);
		}
	}
	return { manifest, sources, specifiers };
}

/** Identifiers that the SDK's natives use as xsID_name become look-ups by name. */
function writeIdentifiers(manifest) {
	const names = new Set();
	for (const source of manifest.natives) {
		if (source.startsWith(sdk))
			for (const [, name] of readFileSync(source, "utf8").matchAll(/\bxsID_(\w+)/g)) names.add(name);
	}
	const lines = [...names].sort().map((name) => `#define xsID_${name} xsID("${name}")`);
	writeIfChanged(join(output, "include/mc.xs.h"), `${lines.join("\n")}\n`);
}

/** Entries in the order of C's strcmp. */
function sorted(map) {
	return [...map].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

function units(configuration, manifest, programs) {
	const { engine, native } = CONFIGURATIONS[configuration];
	const sources = join(sdk, "xs/sources");
	const includes = [
		`-I${join(host, "engine")}`,
		`-I${join(sdk, "xs/includes")}`,
		`-I${join(sdk, "xs/platforms")}`,
		`-I${sources}`,
		`-I${join(output, "include")}`,
	];
	const engineFlags = ["-std=gnu17", "-w", ...engine, ...ENGINE_DEFINES, ...includes];
	const hostFlags = ["-std=gnu17", ...WARNINGS, ...native, ...ENGINE_DEFINES, ...includes];
	const folders = manifest.folders.map((folder) => `-I${folder}`);
	return [
		...readdirSync(sources)
			.filter((name) => name.endsWith(".c") && name !== "xsSnapshot.c")
			.map((name) => ({ source: join(sources, name), flags: engineFlags })),
		...programs.map((name) => ({ source: join(host, "engine", name), flags: hostFlags })),
		...manifest.natives.map((source) => ({
			source,
			flags: source.startsWith(sdk)
				? ["-w", ...hostFlags.filter((flag) => !flag.startsWith("-W")), ...folders]
				: [...hostFlags, ...folders],
		})),
	];
}

const libraries = (manifest) => [...manifest.libraries.map((name) => `-l${name}`), "-ldl", "-lm", "-lpthread"];

const MORE = { rom: ["census.c", "rom.c"], slow: ["census.c", "rom.c", "slow.c"] };
const host32 = (configuration) => [...HOST, ...(MORE[configuration] ?? [])];

/** What count.c counts in programs that run tests. */
const COUNTED = [
	...["public", "sign", "verify", "spake2p"].map((name) => `cryptolib_p256_${name}`),
	"psa_raw_key_agreement",
].map((name) => `-Wl,--wrap=${name}`);

/** Programs that parse what they run. Natives are found by their names: -rdynamic. */
async function buildParsing(program, configuration, manifest) {
	const list = units(configuration, manifest, [...host32(configuration), "count.c", "load.c", "test.c"]);
	const objects = await compileAll(list, join(output, "obj", configuration), progress);
	await link(
		join(output, program),
		objects,
		[...CONFIGURATIONS[configuration].link, "-rdynamic", ...COUNTED, ...libraries(manifest)],
		progress,
	);
}

/** The paths of the modules that the manifests preload, out of `paths`. */
function preloaded(manifest, specifiers, paths) {
	const matches = (specifier) =>
		manifest.preload.some((name) =>
			name.endsWith("*") ? specifier.startsWith(name.slice(0, -1)) : specifier === name,
		);
	return sorted(specifiers)
		.filter(([specifier, path]) => paths.has(path) && matches(specifier))
		.map(([, path]) => path);
}

/** The device's modules, compiled by the release engine: bytecode is the same with 32 bits. */
async function buildArchive(manifest, sources, specifiers) {
	const folder = join(output, "obj/release");
	const list = units("release", manifest, [...HOST, "archive.c", "compile.c", "load.c", "main.c"]);
	const objects = await compileAll(list, folder, progress);
	const object = (name) => join(folder, `${name}.o`);
	const engine = objects.filter((path) => basename(path).startsWith("xs"));
	const compiler = join(output, "xs-compile");
	await link(
		compiler,
		[...engine, ...["compile", "load", "loop", "machine", "timers"].map(object)],
		["-ldl", "-lm", "-lpthread"],
		progress,
	);

	const paths = reachable("main", sources, specifiers);
	const modules = sorted(new Map([...paths].map((path) => [path, sources.get(path)])));
	const archive = join(output, "archive");
	const lines = [
		...modules.map(([path, source]) => `module ${path} ${join("js", `${path}.js`)} ${path}${extname(source)}`),
		...sorted(specifiers)
			.filter(([, path]) => paths.has(path))
			.map((entry) => `specifier ${entry.join(" ")}`),
		...preloaded(manifest, specifiers, paths).map((path) => `preload ${path}`),
	];
	const listed = writeIfChanged(join(archive, "list.txt"), `${lines.join("\n")}\n`);
	const made = modified(join(archive, "modules.c"));
	if (
		listed ||
		made === 0 ||
		modified(compiler) > made ||
		modules.some(([path]) => modified(join(script, `${path}.js`)) > made)
	) {
		progress(`xs ${modules.length} modules`);
		const { status, stderr } = spawnSync(compiler, ["archive/list.txt", "archive"], {
			cwd: output,
			encoding: "utf8",
		});
		if (status !== 0) {
			rmSync(join(archive, "modules.c"), { force: true });
			throw new Error(stderr.trim());
		}
		changed(join(archive, "modules.c"));
	}
	return objects.filter((path) => !["compile", "load"].includes(basename(path, ".o")));
}

/** The device: its modules are linked in. */
async function buildDevice(program, configuration, manifest, sources, specifiers) {
	let objects = await buildArchive(manifest, sources, specifiers);
	const archive = join(output, "archive");
	let folder = archive;
	if (configuration !== "release") {
		folder = join(output, "obj", configuration);
		objects = await compileAll(
			units(configuration, manifest, [...host32(configuration), "archive.c", "main.c"]),
			folder,
			progress,
		);
	}
	// the assembler reads the archive from its folder
	const flags = [...units(configuration, manifest, [])[0].flags, `-Wa,-I${archive}`];
	const linked = await compileAll([{ source: join(archive, "modules.c"), flags }], folder, progress);
	await link(
		join(output, program),
		[...objects, ...linked],
		// reports of a sanitizer name functions
		[...CONFIGURATIONS[configuration].link, ...(configuration === "fuzz" ? [] : ["-s"]), ...libraries(manifest)],
		progress,
	);
}

/**
 * @param {string} variant
 * @param {{ silent?: boolean }} options
 */
export async function build(variant, options) {
	return withLock(join(output, "lock"), async () => {
		try {
			await buildVariant(variant, options);
		} finally {
			// the last progress line stays
			if (worked && !quiet && process.stdout.isTTY) process.stdout.write("\n");
		}
	});
}

async function buildVariant(variant, { silent = false } = {}) {
	quiet = silent;
	worked = false;
	forget();
	if (!existsSync(sdk)) throw new Error("node_modules is missing: run npm ci first");
	if (variant === "rom" || variant === "slow") requirePackages("rom");
	else if (!existsSync(join(output, "obj"))) requirePackages("build");
	const started = Date.now();
	const { manifest, sources, specifiers } = collect();
	const errors = await transpile(sources);
	if (errors.length > 0) {
		// a test run goes on: only what imports the module fails
		if (["release", "fuzz", "slow", "rom"].includes(variant)) throw new Error(errors.join("\n"));
		for (const error of errors) process.stderr.write(`${error}\n`);
	}
	writeIfChanged(
		join(script, "specifiers.txt"),
		`${sorted(specifiers)
			.map((entry) => entry.join(" "))
			.join("\n")}\n`,
	);
	writeIfChanged(
		join(script, "preload.txt"),
		`${preloaded(manifest, specifiers, new Set(sources.keys())).join("\n")}\n`,
	);
	writeIdentifiers(manifest);
	if (variant === "test" || variant === "all") await buildParsing("xs-test", "test", manifest);
	if (variant === "run" || variant === "all") await buildParsing("xs-run", "release", manifest);
	if (variant === "asan" || variant === "all") await buildParsing("xs-test-asan", "asan", manifest);
	if (variant === "release" || variant === "all")
		await buildDevice("xs-matter", "release", manifest, sources, specifiers);
	if (variant === "fuzz" || variant === "all")
		await buildDevice("xs-matter-asan", "fuzz", manifest, sources, specifiers);
	if (variant === "slow") await buildDevice("xs-matter-slow", "slow", manifest, sources, specifiers);
	if (variant === "rom") {
		await buildDevice("xs-matter-32", "rom", manifest, sources, specifiers);
		await buildParsing("xs-test-32", "rom", manifest);
	}
	if (worked) progress(`built ${variant} in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	let variant;
	let silent;
	try {
		const { values, positionals } = parseArgs({
			allowPositionals: true,
			options: { variant: { type: "string" }, quiet: { type: "boolean", default: false } },
		});
		variant = values.variant ?? positionals[0] ?? "release";
		silent = values.quiet;
		if (variant === "test-asan") variant = "asan";
		if (!["release", "test", "run", "asan", "fuzz", "slow", "rom", "all"].includes(variant))
			throw new Error(`unknown variant ${variant}`);
	} catch (error) {
		console.error(`build: ${error.message}`);
		process.exit(2);
	}
	try {
		requireModules(root);
		await build(variant, { silent });
	} catch (error) {
		console.error(`build: ${error.message}`);
		process.exit(1);
	}
}

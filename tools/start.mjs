// npm start: brings everything up to date, then runs the device. Flags after "--" are the device's: npm start -- --help
import { spawn } from "node:child_process";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { requireModules } from "./lib/modules.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");

try {
	requireModules(root);
	const { build } = await import("./build.mjs");
	await build("release");
} catch (error) {
	console.error(`start: ${error.message}`);
	process.exit(1);
}

const device = spawn(join(root, "build/linux/xs-matter"), process.argv.slice(2), { stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
	process.on(signal, () => {
		// a terminal's Ctrl-C reaches the device by itself
		if (signal !== "SIGINT" || !process.stdin.isTTY) device.kill(signal);
	});
}
device.on("error", (error) => {
	console.error(`start: ${error.message}`);
	process.exitCode = 1;
});
device.on("exit", (code, signal) => {
	process.exitCode = code ?? (signal === "SIGINT" ? 130 : 1);
	process.stdin.destroy();
});

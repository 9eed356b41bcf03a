/** What the machine must have, besides Node: found by trying, installed where that is allowed. */
import { spawnSync } from "node:child_process";

const works = (program, parameters, input = "") => spawnSync(program, parameters, { input }).status === 0;
const header = (name) => () => works("gcc", ["-fsyntax-only", "-x", "c", "-"], `#include <${name}>\n`);

/** Debian package → how to see that it is there. */
const BUILD = {
	gcc: () => works("gcc", ["--version"]),
	"libc6-dev": header("stdio.h"),
	"libmbedtls-dev": header("psa/crypto.h"),
};
const TEST = {
	...BUILD,
	"clang-format": () => works("clang-format", ["--version"]),
	iproute2: () => works("ip", ["-V"]),
};

/**
 * Makes sure that the packages for building ("build") or testing ("test") are there: installs them through apt where
 * this runs as root on Debian.
 * @throws Error that says what to install
 */
export function requirePackages(purpose) {
	const needed = purpose === "test" ? TEST : BUILD;
	const missing = Object.keys(needed).filter((name) => !needed[name]());
	if (missing.length === 0) return;
	const command = `apt-get install ${missing.join(" ")}`;
	if (process.getuid?.() !== 0 || !works("apt-get", ["--version"])) {
		throw new Error(`missing: ${missing.join(", ")}. On Debian or Ubuntu: sudo ${command}`);
	}
	console.log(`== Debian packages: ${missing.join(" ")}`);
	const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
	for (const parameters of [
		["update", "-q"],
		["install", "-y", "-q", "--no-install-recommends", ...missing],
	]) {
		const { status, stdout, stderr } = spawnSync("apt-get", parameters, { env, encoding: "utf8" });
		if (status !== 0) throw new Error(`apt-get ${parameters[0]} failed:\n${stdout}${stderr}`);
	}
}

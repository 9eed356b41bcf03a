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
const ROM = {
	...BUILD,
	"gcc-multilib": () => works("gcc", ["-m32", "-fsyntax-only", "-x", "c", "-"], "#include <stdio.h>\n"),
	"libmbedtls-dev:i386": () =>
		works(
			"gcc",
			["-m32", "-x", "c", "-", "-l:libmbedcrypto.a", "-o", "/dev/null"],
			"int main(void) { return 0; }\n",
		),
};
const TEST = {
	...BUILD,
	"clang-format": () => works("clang-format", ["--version"]),
	iproute2: () => works("ip", ["-V"]),
};

const PURPOSES = { build: BUILD, rom: ROM, test: TEST };

/**
 * Makes sure that the packages for building ("build"), building the 32-bit variant ("rom") or testing ("test") are there: installs them through apt where
 * this runs as root on Debian.
 * @throws Error that says what to install
 */
export function requirePackages(purpose) {
	const needed = PURPOSES[purpose];
	const missing = Object.keys(needed).filter((name) => !needed[name]());
	if (missing.length === 0) return;
	const foreign = missing.some((name) => name.endsWith(":i386"));
	const command = `${foreign ? "dpkg --add-architecture i386 && sudo apt-get update && sudo " : ""}apt-get install ${missing.join(" ")}`;
	if (process.getuid?.() !== 0 || !works("apt-get", ["--version"])) {
		throw new Error(`missing: ${missing.join(", ")}. On Debian or Ubuntu: sudo ${command}`);
	}
	console.log(`== Debian packages: ${missing.join(" ")}`);
	if (foreign && !works("dpkg", ["--add-architecture", "i386"]))
		throw new Error("dpkg cannot add the architecture i386");
	const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
	for (const parameters of [
		["update", "-q"],
		["install", "-y", "-q", "--no-install-recommends", ...missing],
	]) {
		const { status, stdout, stderr } = spawnSync("apt-get", parameters, { env, encoding: "utf8" });
		if (status !== 0) throw new Error(`apt-get ${parameters[0]} failed:\n${stdout}${stderr}`);
	}
}

/**
 * A network namespace for a light, with a cable to this one. The light's mDNS has no way out: it is told to use the
 * loopback there. An interface of its own in the same namespace is not enough, as Linux hands a multicast that any process
 * has joined to every socket on the port.
 */
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

function run(program, ...parameters) {
	const { status, stderr } = spawnSync(program, parameters, { encoding: "utf8" });
	if (status !== 0) throw new Error(`${program} ${parameters.join(" ")}: ${stderr}`);
}

export class FarLight {
	/** where it is reached */
	host = "fd00::2";
	/** starts the light's program there */
	program;
	#folder = mkdtempSync(join(tmpdir(), "far-"));
	#holder;

	/** Resolves when the cable is laid. Only in a network of our own (tools/lib/network.mjs). */
	static async open(program) {
		const far = new FarLight();
		try {
			await far.#lay(program);
			return far;
		} catch (error) {
			far.close();
			throw error;
		}
	}

	async #lay(program) {
		// Keeps the namespace until its standard input ends.
		this.#holder = spawn("unshare", ["-n", "sh", "-c", "echo && cat"], { stdio: ["pipe", "pipe", "inherit"] });
		await new Promise((resolve, reject) => {
			this.#holder.once("exit", () => reject(new Error("no network namespace")));
			this.#holder.stdout.once("data", resolve);
		});
		const inside = ["nsenter", "-n", "-t", String(this.#holder.pid)];
		const far = (...parameters) => run(...inside, "ip", ...parameters);
		run("ip", "link", "add", "near", "type", "veth", "peer", "name", "far", "netns", String(this.#holder.pid));
		run("ip", "address", "add", "fd00::1/64", "dev", "near", "nodad");
		run("ip", "link", "set", "near", "up");
		far("address", "add", `${this.host}/64`, "dev", "far", "nodad");
		far("link", "set", "far", "up");
		far("link", "set", "lo", "up", "multicast", "on");
		far("route", "add", "224.0.0.0/4", "dev", "lo");
		far("-6", "route", "add", "local", "ff00::/8", "dev", "lo", "table", "local");
		this.program = join(this.#folder, "program");
		writeFileSync(this.program, `#!/bin/sh\nexec ${inside.join(" ")} "${program}" "$@"\n`);
		chmodSync(this.program, 0o755);
	}

	/** Once the light has ended. The cable goes with the namespace, which the kernel takes down in its own time. */
	close() {
		this.#holder?.stdin.end();
		spawnSync("ip", ["link", "delete", "near"]);
		rmSync(this.#folder, { recursive: true, force: true });
	}
}

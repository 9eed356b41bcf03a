/** Two network namespaces with one cable between them: a virtual Ethernet pair. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

function run(program, ...parameters) {
	const { status, stdout, stderr } = spawnSync(program, parameters, { encoding: "utf8" });
	if (status !== 0) throw new Error(`${program} ${parameters.join(" ")}: ${stderr}`);
	return stdout;
}

const ip = (...parameters) => run("ip", ...parameters);

export class VethLink {
	/** the end on this side */
	name = `near${process.pid}`;
	/** the end in the namespace of the program's process */
	far = `far${process.pid}`;
	#inside = [];
	#folder = mkdtempSync(join(tmpdir(), "link-"));

	/** Whether this process may make namespaces and interfaces, without touching the machine's own network. */
	static get possible() {
		if (process.env.MDNS_INTERFACE !== "lo") return false;
		const link = new VethLink();
		try {
			ip("link", "add", link.name, "type", "veth", "peer", "name", link.far);
			ip("link", "delete", link.name);
			run("unshare", "-n", "nsenter", "--version");
			return true;
		} catch {
			return false;
		} finally {
			link.close();
		}
	}

	/**
	 * A program that runs another one in a network namespace of its own, which has nothing but loopback until `plug`. Its
	 * process is the other program's.
	 */
	wrap(program) {
		const file = join(this.#folder, "program");
		writeFileSync(file, `#!/bin/sh\nexec unshare -n sh -c 'ip link set lo up && exec "$@"' sh "${program}" "$@"\n`);
		chmodSync(file, 0o755);
		return file;
	}

	/** Lays the cable to the namespace of a process. Resolves when both sides have their link-local addresses. */
	async lay(pid) {
		this.#inside = ["-n", "-t", String(pid)];
		ip("link", "add", this.name, "type", "veth", "peer", "name", this.far, "netns", String(pid));
		// matter.js leaves a socket open on an interface without IPv4. The device has none.
		ip("address", "add", "169.254.1.1/16", "dev", this.name);
		await this.plug();
	}

	async plug() {
		ip("link", "set", this.name, "up", "multicast", "on");
		this.#farIp("link", "set", this.far, "up");
		const addresses = ["-6", "-o", "address", "show", "scope", "link", "-tentative", "dev"];
		for (let i = 0; i < 100; i++) {
			if (ip(...addresses, this.name) !== "" && this.#farIp(...addresses, this.far) !== "") return;
			await sleep(100);
		}
		throw new Error(`${this.name} has no address`);
	}

	/** What is under way may end before; resolves when both sides have noticed. */
	async unplug() {
		await sleep(500);
		ip("link", "set", this.name, "down");
		await sleep(500);
	}

	#farIp(...parameters) {
		return run("nsenter", ...this.#inside, "ip", ...parameters);
	}

	close() {
		spawnSync("ip", ["link", "delete", this.name]);
		rmSync(this.#folder, { recursive: true, force: true });
	}
}

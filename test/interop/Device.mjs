/** The device process under test, started as a service manager would start it. */
import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const PROGRAM = join(dirname(fileURLToPath(import.meta.url)), "../../build/linux/xs-matter");

/** A UDP port that nobody holds now. */
export function freePort() {
	return new Promise((resolve, reject) => {
		const socket = createSocket("udp6");
		socket.once("error", reject);
		socket.bind(0, "::", () => {
			const { port } = socket.address();
			socket.close(() => resolve(port));
		});
	});
}

export class Device {
	passcode = 20202021;
	/** others are on the same network at the same time: by the port, which is nobody else's */
	discriminator;
	/** that it announces itself on; undefined: on all */
	interface;
	/** everything it printed */
	output = "";
	errors = "";
	#waiters = [];

	/** A device with a storage folder of its own; not started yet. */
	static async create(options = {}) {
		const device = new Device();
		device.program = options.program ?? process.env.XS_MATTER ?? PROGRAM;
		device.port = options.port ?? (await freePort());
		device.discriminator = device.port & 0xfff;
		device.storage = mkdtempSync(join(tmpdir(), "light-"));
		device.arguments = options.arguments ?? [];
		device.interface = process.env.MDNS_INTERFACE;
		/** for a program that runs a module: its file */
		device.script = options.script;
		device.environment = options.environment ?? {};
		return device;
	}

	/** Starts it and resolves at its `ready` line. */
	async start(...more) {
		this.output = this.errors = "";
		const { port, passcode, discriminator, storage } = this;
		const flags = { port, passcode, discriminator, storage, log: process.env.XS_MATTER_LOG ?? "warn" };
		if (this.interface) flags.interface = this.interface;
		const script = this.script === undefined ? [] : [this.script];
		const list = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
		const device = spawn(this.program, [...script, ...list, ...this.arguments, ...more], {
			stdio: "pipe",
			env: { ...process.env, ...this.environment },
		});
		this.process = device;
		this.exit = new Promise((resolve) => device.once("exit", (code, signal) => resolve(code ?? signal)));
		// What an earlier process said last may come late: it is not this one's.
		device.stdout.on("data", (data) => {
			if (device === this.process) this.#add((this.output += data));
		});
		device.stderr.on("data", (data) => {
			if (device === this.process) this.#add((this.errors += data));
			if (process.env.XS_MATTER_LOG) process.stderr.write(data);
		});
		void this.exit.then(() => this.#add());
		await this.line(/^ready udp\/\d+ discriminator \d+$/m);
	}

	#add() {
		this.#waiters = this.#waiters.filter((waiter) => !waiter());
	}

	/** As `line`, on standard error. */
	error(pattern) {
		return this.line(pattern, undefined, "errors");
	}

	/** Resolves once the output holds `pattern`; rejects when the process ends before, or after `timeout` ms. */
	line(pattern, timeout = 10_000, stream = "output") {
		return new Promise((resolve, reject) => {
			const timer = setTimeout(
				() => reject(new Error(`no ${pattern} within ${timeout} ms:\n${this.output}${this.errors}`)),
				timeout,
			);
			const waiter = () => {
				const match = pattern.exec(this[stream]);
				if (match === null && this.process.exitCode === null && this.process.signalCode === null) return false;
				clearTimeout(timer);
				if (match === null)
					reject(
						new Error(
							`the device ended (${this.process.exitCode ?? this.process.signalCode}):\n${this.errors}`,
						),
					);
				else resolve(match);
				return true;
			};
			if (!waiter()) this.#waiters.push(waiter);
		});
	}

	/** Types a line on its standard input. */
	type(line) {
		this.process.stdin.write(`${line}\n`);
	}

	/** Ends it with a signal; resolves to the exit code, or the signal's name. */
	async stop(signal = "SIGTERM") {
		if (this.process.exitCode === null && this.process.signalCode === null) this.process.kill(signal);
		return this.exit;
	}

	async close() {
		if (this.process !== undefined) await this.stop("SIGKILL");
		rmSync(this.storage, { recursive: true, force: true });
	}
}

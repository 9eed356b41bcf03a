/** The program as a person and a service manager see it: flags, folder, output, signals. */
import { spawnSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Device } from "./Device.mjs";

let device;

beforeEach(async () => {
	device = await Device.create();
});

afterEach(() => device.close());

/** Starts it with flags that it should refuse. */
function refused(...flags) {
	const { status, stdout, stderr } = spawnSync(device.program, flags, { encoding: "utf8", timeout: 5000 });
	return { status, stdout, stderr };
}

test("shows its help in 80 columns", () => {
	const { status, stdout } = refused("--help");
	expect(status).toBe(0);
	for (const flag of ["port", "passcode", "discriminator", "storage", "interface", "reset", "log", "help"])
		expect(stdout).toContain(`--${flag}`);
	for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
});

test.each([
	[["--nope"], "there is no flag --nope: see --help"],
	[["light"], '"light" is no flag: see --help'],
	[["--port"], "--port needs a value: --port N"],
	[["--port", "x"], '--port takes a number, not "x"'],
	[["--port=-1"], '--port takes a number, not "-1"'],
	[["--port", "65536"], "--port must be 0 to 65535, not 65536"],
	[["--discriminator", "4096"], "--discriminator must be 0 to 4095, not 4096"],
	[["--reset=1"], "--reset takes no value"],
	[["--interface", "nix0"], 'there is no network interface "nix0"'],
])("refuses %j in one sentence", (flags, message) => {
	expect(refused(...flags)).toEqual({ status: 2, stdout: "", stderr: `xs-matter: ${message}\n` });
});

// Matter Core 5.1.7.1
test.each([["0"], ["11111111"], ["12345678"], ["99999999"], ["100000000"]])("refuses the passcode %s", (passcode) => {
	const { status, stderr } = refused("--storage", device.storage, "--port", "0", "--passcode", passcode);
	expect(status).toBe(2);
	expect(stderr).toMatch(/^xs-matter: .*passcode.*\n$/i);
});

test("refuses a log level that there is not", () => {
	const { status, stderr } = refused("--storage", device.storage, "--port", "0", "--log", "loud");
	expect(status).toBe(2);
	expect(stderr).toMatch(/^xs-matter: .*loud.*\n$/);
});

test("refuses a port that is taken", async () => {
	const socket = createSocket("udp6");
	await new Promise((resolve) => socket.bind(0, "::", resolve));
	const { port } = socket.address();
	expect(refused("--storage", device.storage, "--port", String(port))).toMatchObject({
		status: 2,
		stderr: `xs-matter: port ${port} is in use\n`,
	});
	socket.close();
});

test("refuses a folder that it cannot make, write or share", async () => {
	const file = join(device.storage, "file");
	writeFileSync(file, "");
	for (const [folder, reason] of [
		[join(file, "inside"), "cannot be made: Not a directory"],
		[file, "cannot be opened: Not a directory"],
		["/proc/self", "cannot be written"],
	]) {
		const { status, stderr } = refused("--storage", folder);
		expect(status).toBe(2);
		expect(stderr).toContain(`xs-matter: the storage folder ${folder} ${reason}`);
	}
	rmSync(file);
	await device.start();
	expect(refused("--storage", device.storage, "--port", "0").stderr).toContain("is in use by another device");
});

test("prints what a person needs, then exactly one ready line", async () => {
	await device.start("--discriminator", "1234");
	const lines = device.output.trimEnd().split("\n");
	for (const line of lines) expect([...line].length).toBeLessThanOrEqual(80);
	expect(lines.filter((line) => line.includes("█")).length).toBeGreaterThan(10);
	expect(device.output).toMatch(/^qr code MT:[0-9A-Z.-]{19,}$/m);
	expect(device.output).toMatch(/^manual code \d{11}$/m);
	expect(device.output).toContain(`[::1]:${device.port}`);
	expect(lines.at(-1)).toBe(`ready udp/${device.port} discriminator 1234`);
	expect(lines.filter((line) => line.startsWith("ready"))).toHaveLength(1);
});

test("is one process, ready at once and small", async () => {
	const times = [];
	for (let i = 0; i < 5; i++) {
		const started = performance.now();
		await device.start();
		times.push(performance.now() - started);
		if (i === 4) break;
		await device.stop();
	}
	// the machine may be busy: the best of five
	expect(Math.min(...times)).toBeLessThan(150);
	const status = readFileSync(`/proc/${device.process.pid}/status`, "utf8");
	expect(Number(/^Threads:\s+(\d+)/m.exec(status)[1])).toBe(1);
	expect(Number(/^VmRSS:\s+(\d+)/m.exec(status)[1])).toBeLessThan(20_000);
});

test("has a button on its standard input", async () => {
	await device.start();
	device.output = "";
	device.type("toggle");
	await device.line(/^light on$/m);
	device.output = "";
	device.type("dance");
	device.type("toggle");
	await device.line(/^light off$/m);
	await device.error(/"dance" is no command/);
});

test("goes on when its input ends", async () => {
	await device.start();
	device.process.stdin.end("toggle\n");
	await device.line(/^light on$/m);
	await new Promise((resolve) => setTimeout(resolve, 100));
	expect(device.process.exitCode).toBeNull();
});

test.each([["SIGTERM"], ["SIGINT"], ["SIGHUP"]])("ends within a second at %s, with 0", async (signal) => {
	await device.start();
	const started = performance.now();
	expect(await device.stop(signal)).toBe(0);
	expect(performance.now() - started).toBeLessThan(1000);
	expect(device.errors).toBe("");
});

test("does not work while nothing happens", async () => {
	await device.start();
	const ticks = () => {
		const fields = readFileSync(`/proc/${device.process.pid}/stat`, "utf8").split(") ")[1].split(" ");
		return Number(fields[11]) + Number(fields[12]);
	};
	// announcements over
	await new Promise((resolve) => setTimeout(resolve, 2000));
	const before = ticks();
	await new Promise((resolve) => setTimeout(resolve, 2000));
	// of 200
	expect(ticks() - before).toBeLessThan(4);
});

test("a reset empties the device's folder, and no other", async () => {
	await device.start();
	await device.stop();
	writeFileSync(join(device.storage, "leftover"), "x");
	await device.start("--reset");
	await device.stop();
	expect(readdirSync(device.storage)).not.toContain("leftover");

	const other = mkdtempSync(join(tmpdir(), "other-"));
	mkdirSync(join(other, "photos"));
	writeFileSync(join(other, "letter"), "x");
	const { status, stderr } = refused("--storage", other, "--reset");
	expect(status).toBe(2);
	expect(stderr).toContain("holds files that are not a device's");
	expect(readdirSync(other).sort()).toEqual(["letter", "photos"]);
	rmSync(other, { recursive: true });
});

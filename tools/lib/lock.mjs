import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

function alive(pid) {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return error.code === "EPERM";
	}
}

function take(path) {
	try {
		writeFileSync(path, String(process.pid), { flag: "wx" });
		return true;
	} catch (error) {
		if (error.code !== "EEXIST") throw error;
	}
	try {
		if (!alive(Number(readFileSync(path, "utf8")))) rmSync(path, { force: true });
	} catch (error) {
		if (error.code !== "ENOENT") throw error;
	}
	return false;
}

/**
 * Runs `action` while no other process does so under the same lock file. It saves double work only: what the action
 * writes must stand two at once, for the lock of a process that died is taken over without a ceremony.
 */
export async function withLock(path, action) {
	mkdirSync(dirname(path), { recursive: true });
	while (!take(path)) await sleep(100);
	try {
		return await action();
	} finally {
		rmSync(path, { force: true });
	}
}

/*
 * Runs before the application: pins, factory reset, Wi-Fi. The application starts when the network can be used, or after
 * a while without: it hears of it later, by host/network.
 */
import config from "mc/config";
import board from "host/board";
import { flush, print } from "host/console";
import { interfaces, onChange } from "host/network";
import Timer from "host/timer";
import wifi from "host/wifi";
import { storedNetwork } from "matter/clusters/WiFiNetwork";
import { Storage } from "matter/storage/Storage";

const PATIENCE = 15_000; /* ms that the application waits for an address */

/* Multicast DNS and commissioning need a link-local address, which is there first. */
function isReady({ up, loopback, addresses }) {
	return up && !loopback && addresses.some((address) => address[0] === 0xfe && (address[1] & 0xc0) === 0x80);
}

function bytesOf(text) {
	return new Uint8Array(ArrayBuffer.fromString(text));
}

/* The network that a commissioner left behind, else that of the build; null where a commissioner removed it. */
function network() {
	const tell = (facility, text) => print(`${facility}: ${text}`);
	const stored = storedNetwork(new Storage({ warn: tell, error: tell }, { count() {} }));
	if (stored !== undefined) return stored;
	const { ssid, password } = config;
	return ssid ? { ssid: bytesOf(ssid), credentials: bytesOf(password ?? "") } : undefined;
}

export default function (done) {
	/* the SDK calls this for an exception that nobody caught, and restarts then */
	globalThis.abort = (what, exception) => {
		const known = exception?.exitCode !== undefined || exception?.code === "EADDRINUSE";
		print(known ? exception.message : `${what}: ${exception?.stack ?? exception}`);
		flush();
	};
	board.start();
	wifi.start();
	const known = network();
	if (!known) {
		print(known === null ? "no Wi-Fi: it was removed" : "no Wi-Fi: build with ssid=... and password=...");
		done();
		return;
	}
	const finish = () => {
		onChange(undefined);
		timer.clear();
		done();
	};
	const timer = new Timer(() => {
		print("Wi-Fi: no address yet, starting without");
		finish();
	});
	timer.set(PATIENCE);
	onChange(() => {
		if (interfaces().some(isReady)) finish();
	});
	wifi.use(known);
}

/*
 * Runs before the application: pins, factory reset, Wi-Fi. The application starts when the network can be used, or after
 * a while without: it hears of it later, by host/network.
 */
import config from "mc/config";
import board from "host/board";
import { flush, print } from "host/console";
import { interfaces, onChange } from "host/network";
import Timer from "host/timer";
import WiFi from "embedded:network/interface/wifi";

function stayAwake() @ "xs_esp32board_stayAwake";

const PATIENCE = 15_000; /* ms that the application waits for an address */
const FIRST = 1000; /* ms before connecting again, doubled up to */
const LAST = 30_000;
const CONNECTED = 400; /* as the SDK's module counts: associated; addresses may be missing */

/* Multicast DNS and commissioning need a link-local address, which is there first. */
function isReady({ up, loopback, addresses }) {
	return up && !loopback && addresses.some((address) => address[0] === 0xfe && (address[1] & 0xc0) === 0x80);
}

/* Stays with its access point for good. */
class Station {
	#pause = FIRST;
	#up = false;
	#timer = new Timer(() => this.#connect());
	#wifi = new WiFi({ onChanged: () => this.#changed() });

	constructor() {
		stayAwake();
	}

	start() {
		this.#connect();
	}

	#connect() {
		try {
			const { ssid, password } = config;
			this.#wifi.connect(password ? { SSID: ssid, password } : { SSID: ssid });
		} catch (error) {
			print(`Wi-Fi: ${error.message}`);
			this.#later();
		}
	}

	#changed() {
		const { connection } = this.#wifi;
		if (connection >= CONNECTED) {
			if (!this.#up) print(`Wi-Fi: connected to "${config.ssid}"`);
			this.#up = true;
			this.#pause = FIRST;
			this.#timer.clear();
		} else if (connection < 300) {
			print(`Wi-Fi: ${this.#up ? "lost" : "no connection to"} "${config.ssid}", next try in ${this.#pause / 1000} s`);
			this.#up = false;
			this.#later();
		}
	}

	#later() {
		this.#timer.set(this.#pause);
		this.#pause = Math.min(this.#pause * 2, LAST);
	}
}

export default function (done) {
	/* the SDK calls this for an exception that nobody caught, and restarts then */
	globalThis.abort = (what, exception) => {
		const known = exception?.exitCode !== undefined || exception?.code === "EADDRINUSE";
		print(known ? exception.message : `${what}: ${exception?.stack ?? exception}`);
		flush();
	};
	board.start();
	/* with a network or without: the radio's noise feeds the random number generator */
	const station = new Station();
	if (!config.ssid) {
		print("no Wi-Fi: build with ssid=... and password=...");
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
	station.start();
}

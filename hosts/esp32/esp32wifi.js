/*
 * Stays with one network: connects, and again after 1, 2, 4 ... 30 seconds whenever that fails or breaks. Over the SDK's
 * Wi-Fi module, which has names and passphrases as text.
 */
import state from "host/state";
import { print } from "host/console";
import Timer from "host/timer";
import Radio from "embedded:network/interface/wifi";
import { equalBytes, fromHex } from "matter/codec/Bytes";

function watch() @ "xs_esp32wifi_watch";
function reason() @ "xs_esp32wifi_reason";
function stayAwake() @ "xs_esp32wifi_stayAwake";

const FIRST = 1000; /* ms before connecting again, doubled up to */
const LAST = 30_000;
const LEAVING = 300; /* ms until what was left is gone */
const CONNECTED = 400; /* as the SDK's module counts: associated; addresses may be missing */
const STRONGEST = 16; /* access points of a scan that are kept */

/* NetworkCommissioningStatusEnum (Matter Core 11.9.5.3) */
const SUCCESS = 0;
const NETWORK_NOT_FOUND = 5;
const AUTH_FAILURE = 7;
const UNSUPPORTED_SECURITY = 8;
const OTHER_CONNECTION_FAILURE = 9;

/* By ESP-IDF's wifi_err_reason_t. */
const STATUS = Object.freeze({
	2: AUTH_FAILURE, /* authentication expired: WPA3 with another passphrase */
	14: AUTH_FAILURE, /* integrity check */
	15: AUTH_FAILURE, /* four-way handshake: WPA2 with another passphrase */
	201: NETWORK_NOT_FOUND,
	202: AUTH_FAILURE,
	204: AUTH_FAILURE, /* handshake */
	210: UNSUPPORTED_SECURITY,
	211: UNSUPPORTED_SECURITY,
	212: NETWORK_NOT_FOUND, /* too far away */
});

/* WiFiSecurityBitmap (Matter Core 11.9.5.1) by the SDK's names; enterprise networks have no bit. */
const SECURITY = Object.freeze({
	none: 0x01,
	wep: 0x02,
	wpa_psk: 0x04,
	wpa2_psk: 0x08,
	wpa_wpa2_psk: 0x0c,
	wpa3_psk: 0x10,
	wpa2_wpa3_psk: 0x18,
});

/* The chips' radios have no other. */
const BAND_2G4 = 0;
const BANDS = Object.freeze([BAND_2G4]);

/* undefined where it is no text */
function textOf(bytes) {
	try {
		const text = String.fromArrayBuffer(bytes.slice().buffer);
		return equalBytes(new Uint8Array(ArrayBuffer.fromString(text)), bytes) ? text : undefined;
	} catch {
		return undefined;
	}
}

function same(a, b) {
	return a === b || (a && b && equalBytes(a.ssid, b.ssid) && equalBytes(a.credentials, b.credentials));
}

function accessPoint({ SSID, BSSID, RSSI, channel, security }) {
	return {
		ssid: new Uint8Array(ArrayBuffer.fromString(SSID)),
		bssid: fromHex(BSSID),
		channel,
		band: BAND_2G4,
		rssi: RSSI,
		security: SECURITY[security] ?? 0,
	};
}

/* What changes is in state().wifi. */
class WiFi {
	/* Switches the radio on, with a network or without: its noise feeds the random number generator. */
	start() {
		watch();
		state().wifi = {
			radio: new Radio({ onChanged: () => this.changed() }),
			timer: new Timer(() => this.connect()),
			pause: FIRST,
			up: false,
		};
		stayAwake();
	}

	get bands() {
		return BANDS;
	}

	get network() {
		return state().wifi.network;
	}

	get connected() {
		return state().wifi.up;
	}

	get onOutcome() {
		return state().wifi.onOutcome;
	}

	set onOutcome(callback) {
		state().wifi.onOutcome = callback;
	}

	use(network) {
		const it = state().wifi;
		if (same(it.network, network)) return;
		const first = it.network === undefined;
		it.network = network;
		it.name = network && textOf(network.ssid);
		it.pause = FIRST;
		it.up = false;
		it.timer.clear();
		it.radio.disconnect();
		if (network) it.timer.set(first ? 0 : LEAVING);
	}

	connect() {
		const it = state().wifi;
		try {
			const password = textOf(it.network.credentials);
			if (it.name === undefined || password === undefined) throw new Error("only text can be a name or a passphrase");
			it.radio.connect(password ? { SSID: it.name, password } : { SSID: it.name });
		} catch (error) {
			print(`Wi-Fi: ${error.message}`);
			this.failed(OTHER_CONNECTION_FAILURE, null);
		}
	}

	changed() {
		const it = state().wifi;
		const { connection } = it.radio;
		if (it.network === undefined) return;
		if (connection >= CONNECTED) {
			if (it.up) return;
			it.up = true;
			it.pause = FIRST;
			it.timer.clear();
			print(`Wi-Fi: connected to "${it.name}"`);
			it.onOutcome?.({ status: SUCCESS, error: null });
		} else if (connection < 300) {
			const why = reason();
			print(`Wi-Fi: ${it.up ? "lost" : "no connection to"} "${it.name}" (${why}), next try in ${it.pause / 1000} s`);
			this.failed(STATUS[why] ?? OTHER_CONNECTION_FAILURE, why);
		}
	}

	failed(status, error) {
		const it = state().wifi;
		it.up = false;
		it.timer.set(it.pause);
		it.pause = Math.min(it.pause * 2, LAST);
		it.onOutcome?.({ status, error });
	}

	scan(done) {
		const found = [];
		const onFound = (one) => {
			found.push(accessPoint(one));
			if (found.length <= STRONGEST) return;
			let weakest = 0;
			for (let i = 1; i < found.length; i++) if (found[i].rssi < found[weakest].rssi) weakest = i;
			found.splice(weakest, 1);
		};
		try {
			state().wifi.radio.scan({ onFound, onComplete: () => done(found) });
		} catch (error) {
			print(`Wi-Fi: ${error.message}`);
			new Timer(() => done(undefined)).set(0);
		}
	}
}

export default Object.freeze(new WiFi());

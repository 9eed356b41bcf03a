import type { AccessPoint, Outcome, WiFi, WiFiNetwork } from "host/wifi";

/** Stands in for a radio: a test says what it finds and how its attempts end. */
export class FakeWiFi implements WiFi {
	readonly bands = [0];
	network: WiFiNetwork | undefined;
	connected = false;
	onOutcome: ((outcome: Outcome) => void) | undefined;
	/** names of what use() was told, "-" for none */
	readonly used: string[] = [];
	#scans: ((found: AccessPoint[] | undefined) => void)[] = [];

	use(network: WiFiNetwork | undefined): void {
		this.used.push(network ? nameOf(network.ssid) : "-");
		if (network === this.network) return;
		this.network = network;
		this.connected = false;
	}

	scan(done: (found: AccessPoint[] | undefined) => void): void {
		this.#scans.push(done);
	}

	/** An attempt ended, or a connection was lost. */
	end(status: number, error: number | null): void {
		this.connected = status === 0;
		this.onOutcome?.({ status, error });
	}

	/** The scan under way found these. */
	find(found: AccessPoint[] | undefined): void {
		this.#scans.shift()?.(found);
	}
}

export function nameOf(ssid: Uint8Array): string {
	return String.fromCharCode(...ssid);
}

export function bytesOf(text: string): Uint8Array {
	return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

export function accessPoint(name: string, rssi: number): AccessPoint {
	return { ssid: bytesOf(name), bssid: new Uint8Array(6).fill(-rssi), channel: 6, band: 0, rssi, security: 0x08 };
}

/** Only where a radio is: a host without one does not have this module. */
declare module "host/wifi" {
	export interface WiFiNetwork {
		/** 1 to 32 bytes */
		readonly ssid: Uint8Array;
		/** passphrase, PSK in 64 hexadecimal digits, or WEP key; empty for an open network */
		readonly credentials: Uint8Array;
	}
	export interface AccessPoint {
		readonly ssid: Uint8Array;
		/** 6 bytes */
		readonly bssid: Uint8Array;
		readonly channel: number;
		/** WiFiBandEnum (Matter Core 11.9.5.2) */
		readonly band: number;
		/** dBm */
		readonly rssi: number;
		/** WiFiSecurityBitmap (Matter Core 11.9.5.1) */
		readonly security: number;
	}
	/** How an attempt to connect ended, or that a connection was lost. */
	export interface Outcome {
		/** NetworkCommissioningStatusEnum (Matter Core 11.9.5.3) */
		readonly status: number;
		/** the platform's own number; null where it succeeded */
		readonly error: number | null;
	}
	export interface WiFi {
		/** WiFiBandEnum */
		readonly bands: readonly number[];
		/** what use() was told last */
		readonly network: WiFiNetwork | undefined;
		readonly connected: boolean;
		/** Called for each attempt that ends, and for each connection that is lost. */
		onOutcome: ((outcome: Outcome) => void) | undefined;
		/**
		 * Stays with this network from now on: connects, leaving another, and connects again whenever that fails or breaks.
		 * undefined: with none. What is there already is left as it is.
		 */
		use(network: WiFiNetwork | undefined): void;
		/** Looks for access points once. @param done called once; with undefined where the radio could not */
		scan(done: (found: AccessPoint[] | undefined) => void): void;
	}
	const wifi: WiFi;
	export default wifi;
}

declare module "host/network" {
	export interface NetworkInterface {
		name: string;
		index: number;
		/** InterfaceTypeEnum (Matter Core 11.12.4.2): 0 unspecified, 1 Wi-Fi, 2 Ethernet, 3 cellular, 4 Thread */
		type: number;
		up: boolean;
		loopback: boolean;
		/** 6 bytes, 8 for Thread, or 0 */
		mac: Uint8Array;
		/** 16 bytes each, IPv4 as ::ffff:a.b.c.d; only those that can be used now */
		addresses: Uint8Array[];
	}
	export function interfaces(): NetworkInterface[];
	/** Calls back when a link or an address changed, once for changes that come together; undefined to stop. */
	export function onChange(callback: (() => void) | undefined): void;
}

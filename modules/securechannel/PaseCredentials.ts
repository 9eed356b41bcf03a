/** What a device keeps in place of its passcode while a commissioning window is open (Matter Core 3.10). */
export interface PaseCredentials {
	/** 32 bytes, a secret */
	readonly w0: Uint8Array;
	/** 65 bytes */
	readonly L: Uint8Array;
	/** 1,000..100,000 */
	readonly iterations: number;
	/** 16..32 bytes */
	readonly salt: Uint8Array;
}

/** A DNS-SD service instance as Matter advertises it (Matter Core 4.3). Text is UTF-8, 63 bytes at most each. */
export interface Service {
	/** Instance label: 16 hexadecimal digits, or `<compressed fabric id>-<node id>`. */
	readonly instance: string;
	readonly type: "_matterc._udp" | "_matter._tcp";
	/** Subtype labels without `_sub`, such as `_L840`. */
	readonly subtypes: readonly string[];
	/** UDP port that the node listens on. */
	readonly port: number;
	/** Key-value pairs, such as `D=840`. */
	readonly txt: readonly string[];
}

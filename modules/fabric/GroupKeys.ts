import { readUint16BE, writeUint64LE } from "../codec/Bytes";
import hkdf from "../crypto/hkdf";

/** What follows from an operational group key, which Fabric.operationalKey makes of an epoch key (Matter Core 4.17.2). */

/**
 * Group Session ID (Matter Core 4.17.3.6), 0..65535: by it a receiver finds the keys that a message may be opened with.
 * Other keys may have the same.
 */
export function groupSessionId(operationalKey: Uint8Array): number {
	return readUint16BE(hkdf(operationalKey, new Uint8Array(0), "GroupKeyHash", 2), 0);
}

/** The key that hides packet headers (Matter Core 4.9.1). @returns 16 bytes */
export function privacyKey(operationalKey: Uint8Array): Uint8Array {
	return hkdf(operationalKey, new Uint8Array(0), "PrivacyKey", 16);
}

/** The IPv6 address that a group's messages go to: site-local, FF35:40:FD followed by both ids (Matter Core 2.5.6.2). @returns 16 bytes */
export function groupAddress(fabricId: bigint, groupId: number): Uint8Array {
	const address = new Uint8Array(16);
	address[0] = 0xff;
	address[1] = 0x35;
	address[3] = 0x40;
	address[4] = 0xfd;
	writeUint64LE(address, 5, fabricId);
	address.subarray(5, 13).reverse();
	address[14] = groupId >> 8;
	address[15] = groupId;
	return address;
}

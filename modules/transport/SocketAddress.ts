import { readUint16BE, readUint32LE } from "../codec/Bytes";

/**
 * Socket addresses are 22 bytes: IPv6 address, 16 bytes (IPv4 as ::ffff:a.b.c.d); port, 2 bytes big-endian; interface
 * index (scope id), 4 bytes little-endian, 0 for none.
 */
export const SOCKET_ADDRESS_LENGTH = 22;

/** As RFC 5952 writes an IPv6 address; one that stands for an IPv4 address as that. @param address its 16 bytes, more are ignored */
export function ipToString(address: Uint8Array): string {
	let mapped = address[10] === 0xff && address[11] === 0xff;
	for (let i = 0; mapped && i < 10; i++) mapped = address[i] === 0;
	if (mapped) return `${address[12]}.${address[13]}.${address[14]}.${address[15]}`;
	// The first longest run of at least two zero groups becomes "::".
	let gap = -1;
	let gapLength = 1;
	for (let i = 0; i < 8; i++) {
		let length = 0;
		while (i + length < 8 && readUint16BE(address, 2 * (i + length)) === 0) length++;
		if (length > gapLength) {
			gap = i;
			gapLength = length;
		}
		if (length > 0) i += length - 1;
	}
	let text = "";
	for (let i = 0; i < 8; i++) {
		if (i === gap) {
			text += "::";
			i += gapLength - 1;
		} else {
			if (text && !text.endsWith(":")) text += ":";
			text += readUint16BE(address, 2 * i).toString(16);
		}
	}
	return text;
}

/** For logs: "[fe80::1%2]:5540", "192.0.2.1:5540". */
export function addressToString(address: Uint8Array): string {
	const ip = ipToString(address);
	const port = readUint16BE(address, 16);
	if (!ip.includes(":")) return `${ip}:${port}`;
	const scope = readUint32LE(address, 18);
	// Only a link-local address is ambiguous without its interface.
	const isLinkLocal = address[0] === 0xfe && (address[1]! & 0xc0) === 0x80;
	return `[${ip}${isLinkLocal && scope ? `%${scope}` : ""}]:${port}`;
}

import type { Message } from "./Message";

/** The packet header (Matter Core 4.4.1). Little-endian throughout. */

/** Message flags. */
export const SOURCE_NODE_ID = 0x04;
export const DESTINATION_NODE_ID = 0x01;
export const DESTINATION_GROUP_ID = 0x02;

/** Security flags as they stand in Message.head. */
export const PRIVACY = 0x80 << 24;
export const CONTROL = 0x40 << 24;
export const MESSAGE_EXTENSIONS = 0x20 << 24;
const SESSION_TYPE = 0x03 << 24;
export const GROUP_SESSION = 0x01 << 24;

/** Length without node ids and extensions. */
export const PACKET_HEADER_LENGTH = 8;

/**
 * Reads the header of the packet [start, end) into `head`, `counter` and `headerEnd`, stepping over message extensions.
 * Of a privacy-protected header only `head` is read, and `headerEnd` stands behind what is hidden (see Privacy).
 * @returns false when it is cut off, of another version, or uses a reserved destination size or session type: to be dropped
 */
export function decodePacketHeader(message: Message): boolean {
	const start = message.start;
	const end = message.end;
	const view = message.view;
	let at = start + PACKET_HEADER_LENGTH;
	if (at > end) return false;
	const head = view.getInt32(start, true);
	message.head = head;
	message.counter = view.getUint32(start + 4, true);
	// The most common header by far: to a secure session, nothing else in it.
	if ((head & ~0x00ffff00) !== 0) {
		// A version other than 0, or session types 2 and 3; other reserved bits are ignored (Matter Core 4.4.1.1).
		if ((head & 0xf0) !== 0 || (head & SESSION_TYPE) >>> 24 > 1) return false;
		if (head & SOURCE_NODE_ID) at += 8;
		switch (head & 0x03) {
			case DESTINATION_NODE_ID:
				at += 8;
				break;
			case DESTINATION_GROUP_ID:
				at += 2;
				break;
			case 0x03:
				return false;
		}
		if (at > end) return false;
		message.headerEnd = at;
		return (head & PRIVACY) !== 0 || stepOverExtensions(message);
	}
	message.headerEnd = at;
	return true;
}

/** Has `headerEnd` behind the message extensions, where there are any. @returns false when they are cut off */
export function stepOverExtensions(message: Message): boolean {
	const head = message.head;
	const headerEnd = message.headerEnd;
	const end = message.end;
	if ((head & MESSAGE_EXTENSIONS) === 0) return true;
	if (headerEnd + 2 > end) return false;
	message.headerEnd = headerEnd + 2 + message.view.getUint16(headerEnd, true);
	return message.headerEnd <= end;
}

/** The session type is group: the session id then is that of a group key. */
export function isGroupSession(message: Message): boolean {
	return (message.head & SESSION_TYPE) === GROUP_SESSION;
}

/**
 * Writes a header without extensions that ends at `headerEnd`, and makes that the packet's start.
 * @param source, destination 8 bytes each, little-endian; undefined to leave them out
 */
export function encodePacketHeader(
	message: Message,
	headerEnd: number,
	sessionId: number,
	counter: number,
	source: Uint8Array | undefined,
	destination: Uint8Array | undefined,
): void {
	const bytes = message.bytes;
	const view = message.view;
	let at = headerEnd;
	let head = sessionId << 8;
	if (destination) {
		at -= 8;
		bytes.set(destination, at);
		head |= DESTINATION_NODE_ID;
	}
	if (source) {
		at -= 8;
		bytes.set(source, at);
		head |= SOURCE_NODE_ID;
	}
	at -= PACKET_HEADER_LENGTH;
	view.setInt32(at, head, true);
	view.setUint32(at + 4, counter, true);
	message.head = head;
	message.counter = counter;
	message.start = at;
	message.headerEnd = headerEnd;
}

import { ACKNOWLEDGEMENT, SECURED_EXTENSIONS, VENDOR, type Message } from "./Message";

/** The protocol header (Matter Core 4.4.3): the first bytes of what is encrypted. Little-endian throughout. */

/** Length without vendor id, acknowledged counter and extensions. */
export const PAYLOAD_HEADER_LENGTH = 6;
/** The longest that is written for a protocol of vendor 0. */
export const MAX_PAYLOAD_HEADER_LENGTH = 10;

/** Flags of fields that follow the fixed ones. */
const OPTIONAL = VENDOR | ACKNOWLEDGEMENT | SECURED_EXTENSIONS;

/**
 * Reads the header at `headerEnd`, stepping over secured extensions; the rest up to `payloadEnd` is the payload.
 * @returns false when it is cut off
 */
export function decodePayloadHeader(message: Message): boolean {
	const start = message.headerEnd;
	const end = message.payloadEnd;
	const view = message.view;
	let at = start + PAYLOAD_HEADER_LENGTH;
	if (at > end) return false;
	const head = view.getInt32(start, true);
	message.exchangeHead = head;
	message.protocol = view.getUint16(start + 4, true);
	if (head & OPTIONAL) {
		if (head & VENDOR) {
			// It stands before the protocol's id.
			if (at + 2 > end) return false;
			message.protocol = (message.protocol << 16) | view.getUint16(start + 6, true);
			at += 2;
		}
		if (head & ACKNOWLEDGEMENT) {
			if (at + 4 > end) return false;
			message.ackCounter = view.getUint32(at, true);
			at += 4;
		}
		if (head & SECURED_EXTENSIONS) {
			if (at + 2 > end) return false;
			at += 2 + view.getUint16(at, true);
			if (at > end) return false;
		}
	}
	message.payloadStart = at;
	return true;
}

/** Writes the header from the message's fields, without extensions, so that it ends at `payloadStart`. @returns where it starts */
export function encodePayloadHeader(message: Message): number {
	const view = message.view;
	const head = message.exchangeHead;
	let at = message.payloadStart;
	if (head & ACKNOWLEDGEMENT) {
		at -= 4;
		view.setUint32(at, message.ackCounter, true);
	}
	at -= PAYLOAD_HEADER_LENGTH;
	view.setInt32(at, head, true);
	view.setUint16(at + 4, message.protocol, true);
	return at;
}

import ctr from "../crypto/ctr";
import { MIC_LENGTH, type Message } from "./Message";
import { stepOverExtensions } from "./PacketHeader";

/** Where the hidden part of a header begins: flags and session id say which key reveals it. */
const HIDDEN = 4;
/** The tag's last bytes, which are in the privacy nonce. */
const TAG_BYTES = 11;

/**
 * Hides a header's counter and node or group ids, or reveals them again: the same operation (Matter Core 4.9.2). The
 * packet is sealed, and `headerEnd` stands where decodePacketHeader or encodePacketHeader left it.
 * @param privacyKey 16 bytes
 */
export function togglePrivacy(message: Message, privacyKey: Uint8Array): void {
	const { bytes, start, end, headerEnd, sessionId } = message;
	// A counter block of AES-CCM, the first that encrypts: flags, nonce, 1.
	const counter = new Uint8Array(16);
	counter[0] = 1;
	counter[1] = sessionId >> 8;
	counter[2] = sessionId;
	for (let i = 0; i < TAG_BYTES; i++) counter[3 + i] = bytes[end - TAG_BYTES + i]!;
	counter[15] = 1;
	ctr(privacyKey, counter, bytes, start + HIDDEN, headerEnd);
}

/**
 * Reveals the header of a packet that decodePacketHeader has read, and reads the rest of it: `counter`, `headerEnd`.
 * With another key than the sender's it reads nonsense, which the tag tells.
 * @returns false when it is cut off
 */
export function revealHeader(message: Message, privacyKey: Uint8Array): boolean {
	if (message.end - message.headerEnd < MIC_LENGTH) return false;
	togglePrivacy(message, privacyKey);
	message.counter = message.view.getUint32(message.start + HIDDEN, true);
	return stepOverExtensions(message);
}

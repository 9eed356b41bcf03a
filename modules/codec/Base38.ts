/** In the order of their values (Matter Core 5.1.3.1). */
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-.";

/** Three bytes, lowest first, become five characters, two four and one two, lowest first. */
export function encodeBase38(bytes: Uint8Array): string {
	let text = "";
	for (let at = 0; at < bytes.length; at += 3) {
		const count = Math.min(3, bytes.length - at);
		let value = 0;
		for (let i = count; i > 0;) value = (value << 8) | bytes[at + --i]!;
		for (let i = count === 3 ? 5 : 2 * count; i > 0; i--) {
			text += ALPHABET[value % 38]!;
			value = Math.floor(value / 38);
		}
	}
	return text;
}

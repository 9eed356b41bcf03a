// One nibble at a time: 16 words of table instead of 256.
const TABLE = Object.freeze([
	0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c, 0xedb88320,
	0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
]);

/**
 * CRC-32 as in IEEE 802.3 and zip (polynomial 0xEDB88320, reflected).
 * @param crc the result over the bytes before, to go on
 * @returns 0..2^32-1
 */
export function crc32(bytes: Uint8Array, start = 0, end = bytes.length, crc = 0): number {
	crc = ~crc;
	for (let i = start; i < end; i++) {
		crc ^= bytes[i]!;
		crc = TABLE[crc & 15]! ^ (crc >>> 4);
		crc = TABLE[crc & 15]! ^ (crc >>> 4);
	}
	return ~crc >>> 0;
}

/**
 * CRC-32 as in IEEE 802.3 and zip (polynomial 0xEDB88320, reflected) over `bytes` from `start` to before `end`.
 * @param crc the result over the bytes before, to go on; 0 at the beginning
 * @returns 0..2^32-1
 * @throws RangeError when start and end are not within the bytes
 */
export function crc32(bytes: Uint8Array, start: number, end: number, crc: number): number;

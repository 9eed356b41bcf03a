export function crc32(bytes, start, end, crc) @ "xs_crc32";

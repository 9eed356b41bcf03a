#include "xsmc.h"
#include <stdint.h>

/* One nibble at a time: 64 bytes of table instead of 1,024. */
static const uint32_t gTable[16] = { 0x00000000, 0x1DB71064, 0x3B6E20C8, 0x26D930AC, 0x76DC4190, 0x6B6B51F4, 0x4DB26158,
	0x5005713C, 0xEDB88320, 0xF00F9344, 0xD6D6A3E8, 0xCB61B38C, 0x9B64C2B0, 0x86D3D2D4, 0xA00AE278, 0xBDBDF21C };

void xs_crc32(xsMachine* the)
{
	xsNumberValue start, end, before;
	xsUnsignedValue length, i;
	uint32_t crc;
	void* data;

	if (xsmcArgc < 4)
		xsTypeError("bytes, start, end and crc are needed");
	/* conversions may run JavaScript, which moves buffers */
	start = xsmcToNumber(xsArg(1));
	end = xsmcToNumber(xsArg(2));
	before = xsmcToNumber(xsArg(3));
	xsmcGetBufferReadable(xsArg(0), &data, &length);
	if (!((start >= 0) && (start <= end) && (end <= length)))
		xsRangeError("start or end is not within the bytes");
	if (!((before >= 0) && (before <= UINT32_MAX)))
		xsRangeError("crc is no 32-bit number");
	crc = ~(uint32_t)before;
	for (i = (xsUnsignedValue)start; i < (xsUnsignedValue)end; i++) {
		crc ^= ((uint8_t*)data)[i];
		crc = gTable[crc & 15] ^ (crc >> 4);
		crc = gTable[crc & 15] ^ (crc >> 4);
	}
	xsmcSetNumber(xsResult, (xsNumberValue)(uint32_t)~crc);
}

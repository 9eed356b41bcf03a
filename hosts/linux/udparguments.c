#include "xsmc.h"
#include "udparguments.h"

#include <string.h>

UdpOptions udpOptions(xsMachine* the)
{
	UdpOptions options;
	double port;
	xsmcVars(1);
	if (xsmcArgc < 1)
		xsTypeError("no options");
	xsmcGet(xsVar(0), xsArg(0), xsID("port"));
	port = xsmcToNumber(xsVar(0));
	if (!((port >= 0) && (port <= 65535) && (port == (int)port)))
		xsRangeError("port is not 0 to 65535");
	options.port = (uint16_t)port;
	xsmcGet(xsVar(0), xsArg(0), xsID("reuse"));
	options.reuse = xsmcToBoolean(xsVar(0));
	xsmcGet(xsVar(0), xsArg(0), xsID("onReadable"));
	if (!xsmcIsCallable(xsVar(0)))
		xsTypeError("onReadable is no function");
	return options;
}

UdpRead udpRead(xsMachine* the)
{
	void *buffer, *from;
	xsUnsignedValue size, fromSize;
	xsmcGetBufferWritable(xsArg(0), &buffer, &size);
	xsmcGetBufferWritable(xsArg(1), &from, &fromSize);
	if (fromSize < kAddressSize)
		xsRangeError("an address has 22 bytes");
	return (UdpRead){ buffer, size, from };
}

void udpFrom(uint8_t* from, const void* address, uint16_t port, uint32_t index)
{
	memcpy(from, address, 16);
	from[16] = (uint8_t)(port >> 8);
	from[17] = (uint8_t)port;
	from[18] = (uint8_t)index;
	from[19] = (uint8_t)(index >> 8);
	from[20] = (uint8_t)(index >> 16);
	from[21] = (uint8_t)(index >> 24);
}

static xsUnsignedValue offset(xsMachine* the, int argument, xsUnsignedValue limit)
{
	double value = xsmcToNumber(xsArg(argument));
	if (!((value >= 0) && (value <= limit)))
		xsRangeError("start or end is not within the buffer");
	return (xsUnsignedValue)value;
}

void udpWrite(xsMachine* the, UdpWrite* write)
{
	void *buffer, *to;
	uint8_t* bytes = write->to;
	xsUnsignedValue size, toSize, start, end;
	/* numbers first: conversions may run JavaScript, which moves buffers */
	xsmcGetBufferReadable(xsArg(1), &buffer, &size);
	start = offset(the, 2, size);
	end = offset(the, 3, size);
	if (end < start)
		xsRangeError("end is before start");
	xsmcGetBufferReadable(xsArg(0), &to, &toSize);
	xsmcGetBufferReadable(xsArg(1), &buffer, &size);
	if (toSize < kAddressSize)
		xsRangeError("an address has 22 bytes");
	if (end > size)
		xsRangeError("end is beyond the buffer");
	memcpy(bytes, to, kAddressSize);
	write->port = (uint16_t)((bytes[16] << 8) | bytes[17]);
	write->index = bytes[18] | ((uint32_t)bytes[19] << 8) | ((uint32_t)bytes[20] << 16) | ((uint32_t)bytes[21] << 24);
	write->bytes = (const uint8_t*)buffer + start;
	write->length = end - start;
}

uint32_t udpGroup(xsMachine* the, uint8_t* group)
{
	uint32_t index = (uint32_t)xsmcToInteger(xsArg(1));
	void* bytes;
	xsUnsignedValue size;
	xsmcGetBufferReadable(xsArg(0), &bytes, &size);
	if (size != kGroupSize)
		xsRangeError("a group has 16 bytes");
	memcpy(group, bytes, kGroupSize);
	return index;
}

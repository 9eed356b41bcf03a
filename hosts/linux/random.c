#include "xsmc.h"
#include "host.h"

#include <errno.h>
#include <stdint.h>
#include <sys/random.h>

void xs_random(xsMachine* the)
{
	void* data;
	xsUnsignedValue size, offset = 0;
	xsmcGetBufferWritable(xsArg(0), &data, &size);
	while (offset < size) {
		ssize_t count = getrandom((uint8_t*)data + offset, size - offset, 0);
		if (count >= 0)
			offset += (xsUnsignedValue)count;
		else if (errno != EINTR)
			xsUnknownError("no random source");
	}
}

#include "xsmc.h"
#include "xsHost.h"

#include <esp_random.h>

/*
 * With Wi-Fi on, the generator is fed by the radio's noise. It is on for good from before the node starts until the
 * device is switched off (setup/matter).
 */
void xs_esp32random(xsMachine* the)
{
	void* data;
	xsUnsignedValue size;
	xsmcGetBufferWritable(xsArg(0), &data, &size);
	esp_fill_random(data, size);
}

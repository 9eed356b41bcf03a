#include "xsmc.h"
#include "host.h"

void xs_ticks(xsMachine* the)
{
	xsmcSetNumber(xsResult, loopNow());
}

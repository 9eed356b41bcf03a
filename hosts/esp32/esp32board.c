#include "xsmc.h"
#include "xsHost.h"
#include "host.h"

#include <esp_system.h>

void xs_esp32board_restart(xsMachine* the)
{
	esp_restart();
}

void xs_esp32board_memory(xsMachine* the)
{
	double used, peak, available;
	hostMemory(the, &used, &peak, &available);
	xsmcVars(1);
	xsmcSetNewObject(xsResult);
	xsmcSetNumber(xsVar(0), available);
	xsmcSet(xsResult, xsID("free"), xsVar(0));
	xsmcSetNumber(xsVar(0), used);
	xsmcSet(xsResult, xsID("used"), xsVar(0));
	xsmcSetNumber(xsVar(0), peak);
	xsmcSet(xsResult, xsID("peak"), xsVar(0));
}

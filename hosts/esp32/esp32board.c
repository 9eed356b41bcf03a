#include "xsmc.h"
#include "xsHost.h"
#include "host.h"

#include <esp_system.h>
#include <esp_wifi.h>

void xs_esp32board_restart(xsMachine* the)
{
	esp_restart();
}

/* A light has mains: a radio that sleeps loses multicast, and with it those who look for the device. */
void xs_esp32board_stayAwake(xsMachine* the)
{
	(void)esp_wifi_set_ps(WIFI_PS_NONE);
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

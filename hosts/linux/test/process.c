#include "xsmc.h"
#include "host.h"

void xs_process_exit(xsMachine* the)
{
	int status = (xsmcArgc > 0) ? xsmcToInteger(xsArg(0)) : 0;
	hostExit(status & 0xFF);
}

void xs_process_args(xsMachine* the)
{
	int i;
	xsmcVars(1);
	xsResult = xsNewArray(gHost.argc);
	for (i = 0; i < gHost.argc; i++) {
		xsmcSetString(xsVar(0), gHost.argv[i]);
		xsmcSetIndex(xsResult, (xsIndex)i, xsVar(0));
	}
}

void xs_process_collect(xsMachine* the)
{
	xsCollectGarbage();
}

#include "xsmc.h"
#include "xsHost.h"

static bool gMade = false;
static xsSlot gState;

/* An empty object, and the same one ever after. */
void xs_esp32state(xsMachine* the)
{
	if (gMade) {
		xsResult = xsAccess(gState);
		return;
	}
	xsmcSetNewObject(xsResult);
	gState = xsResult;
	xsRemember(gState);
	gMade = true;
}

#include "xsmc.h"
#include "host.h"
#include "flags.h"

void xs_config_flags(xsMachine* the)
{
	int i;
	xsmcVars(1);
	xsmcSetNewObject(xsResult);
	for (i = 0; i < flagCount(); i++) {
		const Flag* flag = flagAt(i);
		if (!flag->given || !flag->config)
			continue;
		switch (flag->kind) {
		case kFlagNumber:
			xsmcSetNumber(xsVar(0), flag->number);
			break;
		case kFlagText:
			xsmcSetString(xsVar(0), (char*)flag->text);
			break;
		case kFlagSwitch:
			xsmcSetTrue(xsVar(0));
			break;
		}
		xsmcSet(xsResult, xsID(flag->name), xsVar(0));
	}
}

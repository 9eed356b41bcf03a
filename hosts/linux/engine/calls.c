/* Calls and exceptions of the native modules, on every host. */
#include "xsmc.h"
#include "host.h"

#include <stdarg.h>
#include <stdio.h>

void hostCall(xsMachine* machine, xsSlot* self, xsSlot* function)
{
	xsBeginHost(machine);
	{
		xsmcVars(2);
		xsVar(0) = *self;
		xsVar(1) = *function;
		xsCallFunction0(xsVar(1), xsVar(0));
	}
	xsEndHost(machine);
}

void hostCallString(xsMachine* machine, xsSlot* self, xsSlot* function, const char* string)
{
	xsBeginHost(machine);
	{
		xsmcVars(3);
		xsVar(0) = *self;
		xsVar(1) = *function;
		xsmcSetString(xsVar(2), (char*)string);
		xsCallFunction1(xsVar(1), xsVar(0), xsVar(2));
	}
	xsEndHost(machine);
}

void hostThrow(xsMachine* the, const char* code, const char* format, ...)
{
	char message[256];
	int variable;
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	/* after the caller's own variables */
	variable = xsmcVars(1);
	xsmcSetString(xsVar(variable), message);
	xsResult = xsNew1(xsGlobal, xsID("Error"), xsVar(variable));
	xsmcSetString(xsVar(variable), (char*)code);
	xsmcSet(xsResult, xsID("code"), xsVar(variable));
	xsThrow(xsResult);
	__builtin_unreachable(); /* xsThrow does not come back */
}

#define _GNU_SOURCE
#include "xsmc.h"
#include "host.h"
#include "storage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

HostOptions gHost;

void hostExit(int status)
{
	fflush(stdout);
	fflush(stderr);
	storageClose();
	_exit(status);
}

/* EXCEPTIONS */

/* A property of the exception as a string; empty when it has none. Getters of the program may throw. */
static void exceptionString(xsMachine* the, xsSlot* slot, const char* name, char* result, size_t size)
{
	result[0] = 0;
	xsTry
	{
		xsmcGet(xsVar(1), *slot, xsID(name));
		if (xsmcTypeOf(xsVar(1)) != xsUndefinedType)
			snprintf(result, size, "%s", xsmcToString(xsVar(1)));
	}
	xsCatch
	{
	}
}

void hostFail(xsMachine* machine, const char* what)
{
	static bool failing = false;
	volatile int status = 1;
	fflush(stdout);
	if (failing) {
		fprintf(stderr, "%s: error while reporting an error\n", gHost.program);
		hostExit(1);
	}
	failing = true;
	machine->firstJump = NULL;
	xsBeginHost(machine);
	{
		static char text[8192];
		xsmcVars(2);
		xsVar(0) = xsException;
		xsException = xsUndefined;
		text[0] = 0;
		if (xsmcTypeOf(xsVar(0)) == xsReferenceType) {
			char code[32], exitCode[16];
			exceptionString(the, &xsVar(0), "exitCode", exitCode, sizeof(exitCode));
			exceptionString(the, &xsVar(0), "code", code, sizeof(code));
			if (!strcmp(code, "EADDRINUSE"))
				status = 2;
			else if (exitCode[0])
				status = atoi(exitCode) & 0xFF;
			if (status != 1)
				exceptionString(the, &xsVar(0), "message", text, sizeof(text));
			else
				exceptionString(the, &xsVar(0), "stack", text, sizeof(text));
		}
		if (!text[0]) {
			xsTry
			{
				snprintf(text, sizeof(text), "%s", xsmcToString(xsVar(0)));
			}
			xsCatch
			{
				snprintf(text, sizeof(text), "an exception that has no string");
			}
		}
		if ((status == 1) && what)
			fprintf(stderr, "%s: %s: %s\n", gHost.program, what, text);
		else
			fprintf(stderr, "%s: %s\n", gHost.program, text);
	}
	xsEndHost(machine);
	hostExit(status);
}

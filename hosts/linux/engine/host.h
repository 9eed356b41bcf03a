/*
 * What the native modules of this host share. To be included after xsmc.h.
 */
#ifndef __LINUX_HOST__
#define __LINUX_HOST__

#include "loop.h"
#include "options.h"

/* Calls function with this; an exception ends the process. Runs from the event loop only. */
void hostCall(xsMachine* the, xsSlot* self, xsSlot* function);
void hostCallString(xsMachine* the, xsSlot* self, xsSlot* function, const char* string);

/* Reports the machine's exception on standard error and ends the process: 2 for a configuration error, else 1. */
void hostFail(xsMachine* the, const char* what) __attribute__((noreturn));

/* Throws a JavaScript Error with that message and code property. */
void hostThrow(xsMachine* the, const char* code, const char* format, ...)
	__attribute__((noreturn, format(printf, 3, 4)));

/* Bytes of the machine's heap: in use, highest use, free without growing. */
void hostMemory(xsMachine* the, double* used, double* peak, double* free);

#endif /* __LINUX_HOST__ */

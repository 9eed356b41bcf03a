/*
 * xs-matter: the device. One process, modules precompiled and linked in.
 */
#define _GNU_SOURCE
#include "xsAll.h"
#include "machine.h"
#include "flags.h"
#include "options.h"
#include "storage.h"

#include <net/if.h>
#include <signal.h>

#if HOST_ROM
#include "rom.h"
#else
static const txCreation gCreation = {
	/* room for hundreds of commands between two collections, which take milliseconds: a computer has the memory */
	2048 * 1024, /* initialChunkSize */
	128 * 1024,  /* incrementalChunkSize */
	64 * 1024,   /* initialHeapCount */
	8 * 1024,    /* incrementalHeapCount */
	4 * 1024,    /* stackCount */
	4 * 1024,    /* initialKeyCount */
	1024,        /* incrementalKeyCount */
	1993,        /* nameModulo */
	127,         /* symbolModulo */
	1024,        /* parserBufferSize: nothing is parsed */
	1,           /* parserTableModulo */
	0            /* staticSize */
};
#endif

static int refuse(const char* message)
{
	fprintf(stderr, "xs-matter: %s\n", message);
	return 2;
}

int main(int argc, char* argv[])
{
	const char* message;
	gHost.program = "xs-matter";
	gHost.device = true;
	gHost.argc = argc;
	gHost.argv = argv;
	message = flagsParse(argc, argv);
	if (message)
		return refuse(message);
	if (flagNamed("help")->given) {
		flagsHelp(gHost.program);
		return 0;
	}
#if HOST_ROM
	if (flagNamed("mutable")->given)
		return romMutable(romCreate(kRomDefault, 0)) ? 1 : 0;
#endif
	gHost.interfaceName = flagNamed("interface")->text;
	if (gHost.interfaceName && !if_nametoindex(gHost.interfaceName)) {
		char text[128];
		snprintf(text, sizeof(text), "there is no network interface \"%.64s\"", gHost.interfaceName);
		return refuse(text);
	}
	message = storageOpen(flagNamed("storage")->text, flagNamed("reset")->given);
	if (message)
		return refuse(message);
	signal(SIGPIPE, SIG_IGN);
	/* in the background the terminal answers reads with an error instead of stopping the process */
	signal(SIGTTIN, SIG_IGN);
#if HOST_ROM
	{
		const Flag* heap = flagNamed("heap");
		txMachine* the = romCreate(heap->given ? (size_t)heap->number : kRomDefault, (int)flagNamed("stack")->number);
		if (!the)
			romFull();
		romWatchCensus(the);
		machineRun(the, "main", true);
	}
#else
	machineRun(machineCreate(&gCreation), "main", true);
#endif
	hostExit(0);
}

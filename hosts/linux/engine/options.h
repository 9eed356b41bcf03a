/*
 * The process: its options and its end. Knows nothing of the engine.
 */
#ifndef __LINUX_OPTIONS__
#define __LINUX_OPTIONS__

#include <stdbool.h>

typedef struct {
	const char* program;       /* for messages */
	const char* interfaceName; /* NULL: all */
	bool device;               /* xs-matter: owns the signals */
	int argc;                  /* xs-matter: its arguments; xs-test: those of the program under test */
	char** argv;
} HostOptions;

extern HostOptions gHost;

/* Ends the process after output is written and the temporary storage folder is removed. */
void hostExit(int status) __attribute__((noreturn));

#endif /* __LINUX_OPTIONS__ */

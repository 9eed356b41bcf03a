/*
 * What the XS engine asks of its platform (XSPLATFORM): headers, machine fields, and which
 * defaults of the engine are used. The rest is in machine.c and modules.c.
 */
#ifndef __LINUX_PLATFORM__
#define __LINUX_PLATFORM__

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#undef mxLinux
#define mxLinux 1
#define mxUseGCCAtomics 1
#define mxUsePOSIXThreads 1

#define mxUseDefaultBuildKeys 1
#define mxUseDefaultSharedChunks 1
#ifdef mxDebug
/* line numbers, but no connection to a debugger */
#define mxUseDefaultDebug 1
#endif

#define mxMachinePlatform                                                                                              \
	int promiseJobs;                                                                                                   \
	size_t chunksReserved;                                                                                             \
	void* slots;                                                                                                       \
	size_t slotsUsed;                                                                                                  \
	void* waiterCondition;                                                                                             \
	void* waiterData;                                                                                                  \
	void* waiterLink;

#endif /* __LINUX_PLATFORM__ */

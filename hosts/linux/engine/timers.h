/*
 * The timers of loop.h in one list, the earliest first and equal ones in the order they were set: for hosts with a single
 * clock.
 */
#ifndef __LINUX_TIMERS__
#define __LINUX_TIMERS__

#include "loop.h"

/* NULL: none is set. */
LoopTimer* timersFirst(void);

/* The host's: the first timer is another one, or earlier. */
void timersChanged(void);

#endif /* __LINUX_TIMERS__ */

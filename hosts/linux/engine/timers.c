#include "timers.h"

#include <stddef.h>

static LoopTimer* gTimers = NULL;

LoopTimer* timersFirst(void)
{
	return gTimers;
}

void loopSchedule(LoopTimer* timer, double due)
{
	LoopTimer* before = NULL;
	LoopTimer* after;
	loopUnschedule(timer);
	for (after = gTimers; after && (after->due <= due); after = after->next)
		before = after;
	timer->due = due;
	timer->previous = before;
	timer->next = after;
	timer->active = true;
	if (after)
		after->previous = timer;
	if (before)
		before->next = timer;
	else {
		gTimers = timer;
		timersChanged();
	}
}

/* A clock that then fires for nothing does no harm. */
void loopUnschedule(LoopTimer* timer)
{
	if (!timer->active)
		return;
	timer->active = false;
	if (timer->previous)
		timer->previous->next = timer->next;
	else
		gTimers = timer->next;
	if (timer->next)
		timer->next->previous = timer->previous;
	timer->next = timer->previous = NULL;
}

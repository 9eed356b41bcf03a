#define _GNU_SOURCE
#include "timers.h"

#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#define kEvents 16

static int gEpoll = -1;
static int gHolding = 0;
static bool gStopped = false;
static struct epoll_event gEvents[kEvents];
static int gEventCount = 0;

double loopNow(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return ((double)now.tv_sec * 1000.0) + ((double)now.tv_nsec / 1000000.0);
}

bool loopAdd(LoopSource* source)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = source };
	if (gEpoll < 0) {
		gEpoll = epoll_create1(EPOLL_CLOEXEC);
		if (gEpoll < 0)
			return false;
	}
	if (epoll_ctl(gEpoll, EPOLL_CTL_ADD, source->fd, &event))
		return false;
	source->added = true;
	if (source->holds)
		gHolding++;
	return true;
}

void loopRemove(LoopSource* source)
{
	int i;
	if (!source->added)
		return;
	source->added = false;
	if (source->holds)
		gHolding--;
	epoll_ctl(gEpoll, EPOLL_CTL_DEL, source->fd, NULL);
	/* its event may wait in the batch that is being worked off */
	for (i = 0; i < gEventCount; i++) {
		if (gEvents[i].data.ptr == source)
			gEvents[i].data.ptr = NULL;
	}
}

/* The loop looks at the first timer before it waits. */
void timersChanged(void)
{
}

void loopStop(void)
{
	gStopped = true;
}

/* Waits with a resolution of nanoseconds where the kernel has it: a timer is then not up to a millisecond late. */
static int loopWait(double timeout)
{
	static bool coarse = false;
	if (gEpoll < 0)
		gEpoll = epoll_create1(EPOLL_CLOEXEC);
	if (!coarse) {
		struct timespec spec = { 0, 0 };
		int count;
		if (timeout > 0) {
			spec.tv_sec = (time_t)(timeout / 1000.0);
			spec.tv_nsec = (long)((timeout - ((double)spec.tv_sec * 1000.0)) * 1000000.0);
		}
		count = epoll_pwait2(gEpoll, gEvents, kEvents, (timeout < 0) ? NULL : &spec, NULL);
		if ((count >= 0) || ((errno != ENOSYS) && (errno != EPERM)))
			return count;
		coarse = true;
	}
	return epoll_wait(gEpoll, gEvents, kEvents, (timeout < 0) ? -1 : (int)ceil(fmin(timeout, 86400000.0)));
}

void loopRun(void (*settle)(void* context), void* context, bool forever)
{
	(*settle)(context);
	while (!gStopped && (forever || timersFirst() || gHolding)) {
		LoopTimer* timer = timersFirst();
		double timeout = -1;
		int count, i;
		if (timer) {
			timeout = timer->due - loopNow();
			if (timeout < 0)
				timeout = 0;
			else if (timeout > 86400000.0)
				timeout = 86400000.0;
		}
		count = loopWait(timeout);
		gEventCount = (count > 0) ? count : 0;
		for (i = 0; (i < gEventCount) && !gStopped; i++) {
			LoopSource* source = gEvents[i].data.ptr;
			if (source) {
				(*source->ready)(source, gEvents[i].events);
				(*settle)(context);
			}
		}
		gEventCount = 0;
		if (timersFirst()) {
			/* a timer set meanwhile waits for the next turn: it cannot starve the sockets */
			double now = loopNow();
			while ((timer = timersFirst()) && (timer->due <= now) && !gStopped) {
				loopUnschedule(timer);
				(*timer->fired)(timer);
				(*settle)(context);
			}
		}
	}
}

/*
 * The event loop of the Linux host's native modules on the SDK's: timers on one of its timers, wakes on its queue of
 * messages.
 */
#include "xsmc.h"
#include "xsHost.h"
#include "modTimer.h"
#include "esp32loop.h"
#include "timers.h"

#include <esp_timer.h>
#include <math.h>

/* The SDK counts milliseconds in 31 bits. */
#define kLongest (24.0 * 60 * 60 * 1000)

/* TIMERS */

static modTimer gClock = NULL;

double loopNow(void)
{
	return (double)esp_timer_get_time() / 1000.0;
}

static void clockFired(modTimer timer, void* refcon, int refconSize);

void timersChanged(void)
{
	LoopTimer* first = timersFirst();
	double ms;
	int interval;
	if (!first) {
		if (gClock)
			modTimerUnschedule(gClock);
		return;
	}
	/* the SDK's clock has other milliseconds: one more is never early */
	ms = ceil(first->due - loopNow()) + 1;
	interval = (int)fmin(fmax(ms, 0), kLongest);
	if (gClock)
		modTimerReschedule(gClock, interval, 1);
	else {
		/* one that repeats is never removed by the SDK */
		gClock = modTimerAdd(interval, 1, clockFired, NULL, 0);
		if (!gClock)
			c_exit(1); /* without timers nothing works, and there is not even room for a message */
	}
}

static void clockFired(modTimer timer, void* refcon, int refconSize)
{
	double now = loopNow();
	LoopTimer* first;
	modTimerUnschedule(timer);
	while ((first = timersFirst()) && (first->due <= now)) {
		loopUnschedule(first);
		(*first->fired)(first);
	}
	timersChanged();
}

/* WAKES */

static Wake* gWakes = NULL;
static Wake* gWalk; /* the next one to look at */
static xsMachine* gMachine = NULL;
static uint32_t gPosted = 0;
static LoopTimer gAgain;

static void serve(void)
{
	Wake* wake;
	for (wake = gWakes; wake; wake = gWalk) {
		gWalk = wake->next;
		if (__atomic_exchange_n(&wake->raised, 0, __ATOMIC_SEQ_CST))
			(*wake->ready)(wake);
	}
}

static void delivered(void* the, void* refcon, uint8_t* message, uint16_t length)
{
	__atomic_store_n(&gPosted, 0, __ATOMIC_SEQ_CST);
	serve();
}

static void againFired(LoopTimer* timer)
{
	serve();
}

void wakeAdd(xsMachine* the, Wake* wake)
{
	gMachine = the;
	gAgain.fired = againFired;
	wake->raised = 0;
	wake->next = gWakes;
	gWakes = wake;
}

void wakeRemove(Wake* wake)
{
	Wake** link = &gWakes;
	while (*link && (*link != wake))
		link = &(*link)->next;
	if (*link)
		*link = wake->next;
	if (gWalk == wake)
		gWalk = wake->next;
}

void wakeRaise(Wake* wake)
{
	__atomic_store_n(&wake->raised, 1, __ATOMIC_SEQ_CST);
	/*
	 * All wakes share one message: the machine's queue is short, and a task that waits for room in it while the machine
	 * waits for that task would never wake. When there is no room after all the next wake tries again.
	 */
	if (!__atomic_exchange_n(&gPosted, 1, __ATOMIC_SEQ_CST) &&
		modMessagePostToMachine(gMachine, NULL, 0, delivered, NULL))
		__atomic_store_n(&gPosted, 0, __ATOMIC_SEQ_CST);
}

void wakeAgain(Wake* wake)
{
	/* the machine must not wait for room in its own queue */
	__atomic_store_n(&wake->raised, 1, __ATOMIC_SEQ_CST);
	if (!gAgain.active)
		loopSchedule(&gAgain, loopNow());
}

/*
 * The event loop of the Linux host's native modules on the SDK's: timers on one of its timers, wakes on its queue of
 * messages.
 */
#include "xsmc.h"
#include "xsHost.h"
#include "modTimer.h"
#include "esp32loop.h"

#include <esp_timer.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

/* The SDK counts milliseconds in 31 bits. */
#define kLongest (24.0 * 60 * 60 * 1000)

/* TIMERS */

static LoopTimer* gTimers = NULL; /* the next one first */
static modTimer gClock = NULL;

double loopNow(void)
{
	return (double)esp_timer_get_time() / 1000.0;
}

static void clockFired(modTimer timer, void* refcon, int refconSize);

static void clockSet(void)
{
	double ms;
	int interval;
	if (!gTimers) {
		if (gClock)
			modTimerUnschedule(gClock);
		return;
	}
	/* the SDK's clock has other milliseconds: one more is never early */
	ms = ceil(gTimers->due - loopNow()) + 1;
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
	modTimerUnschedule(timer);
	while (gTimers && (gTimers->due <= now)) {
		LoopTimer* first = gTimers;
		loopUnschedule(first);
		(*first->fired)(first);
	}
	clockSet();
}

void loopSchedule(LoopTimer* timer, double due)
{
	LoopTimer* previous = NULL;
	LoopTimer* next;
	loopUnschedule(timer);
	for (next = gTimers; next && (next->due <= due); next = next->next)
		previous = next;
	timer->due = due;
	timer->active = true;
	timer->next = next;
	timer->previous = previous;
	if (next)
		next->previous = timer;
	if (previous)
		previous->next = timer;
	else {
		gTimers = timer;
		clockSet();
	}
}

void loopUnschedule(LoopTimer* timer)
{
	if (!timer->active)
		return;
	timer->active = false;
	if (timer->next)
		timer->next->previous = timer->previous;
	if (timer->previous)
		timer->previous->next = timer->next;
	else {
		/* a clock that fires for nothing does no harm */
		gTimers = timer->next;
	}
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

/* CALLS AND EXCEPTIONS */

void hostCall(xsMachine* machine, xsSlot* self, xsSlot* function)
{
	/* what is thrown here ends in the SDK's abort, which calls globalThis.abort */
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
	char message[160];
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

#include "xsmc.h"
#include "host.h"

#include <math.h>
#include <stdlib.h>

typedef struct {
	LoopTimer timer; /* first: the loop hands it back */
	xsMachine* the;
	xsSlot self; /* remembered while the timer is set */
	xsSlot callback;
} Timer;

static void timerMark(xsMachine* the, void* it, xsMarkRoot markRoot)
{
	Timer* timer = it;
	(*markRoot)(the, &timer->callback);
}

void xs_hosttimer_destructor(void* it)
{
	Timer* timer = it;
	if (timer) {
		loopUnschedule(&timer->timer);
		free(timer);
	}
}

static const xsHostHooks gHooks = { xs_hosttimer_destructor, timerMark, NULL };

static void timerFired(LoopTimer* it)
{
	Timer* timer = (Timer*)it;
	xsMachine* the = timer->the;
	xsSlot self = timer->self;
	xsForget(timer->self);
	/* the object stays on the stack of the call */
	hostCall(the, &self, &timer->callback);
}

void xs_hosttimer_constructor(xsMachine* the)
{
	Timer* timer;
	if ((xsmcArgc < 1) || !xsmcIsCallable(xsArg(0)))
		xsTypeError("callback is no function");
	timer = calloc(1, sizeof(Timer));
	if (!timer)
		xsUnknownError("no memory");
	timer->timer.fired = timerFired;
	timer->the = the;
	timer->self = xsThis;
	timer->callback = xsArg(0);
	xsmcSetHostData(xsThis, timer);
	xsSetHostHooks(xsThis, &gHooks);
}

static Timer* timerGet(xsMachine* the)
{
	return xsmcGetHostDataValidate(xsThis, (void*)&gHooks);
}

void xs_hosttimer_set(xsMachine* the)
{
	double ms = (xsmcArgc > 0) ? xsmcToNumber(xsArg(0)) : 0;
	Timer* timer = timerGet(the);
	if (isnan(ms))
		xsRangeError("ms is no number");
	if (ms < 0)
		ms = 0;
	if (!timer->timer.active)
		xsRemember(timer->self);
	loopSchedule(&timer->timer, loopNow() + ms);
}

void xs_hosttimer_clear(xsMachine* the)
{
	Timer* timer = timerGet(the);
	if (timer->timer.active) {
		loopUnschedule(&timer->timer);
		xsForget(timer->self);
	}
}

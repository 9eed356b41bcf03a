/*
 * The event loop of the Linux host's native modules inside Moddable's simulator: GLib's main loop runs already, so
 * sources and timers are handed to it.
 */
#define _GNU_SOURCE
#include "xsmc.h"
#include "host.h"
#include "storage.h"

#include <glib-unix.h>
#include <glib.h>
#include <malloc.h>
#include <math.h>
#include <time.h>

double loopNow(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return ((double)now.tv_sec * 1000.0) + ((double)now.tv_nsec / 1000000.0);
}

static gboolean sourceReady(gint fd, GIOCondition condition, gpointer it)
{
	LoopSource* source = it;
	(*source->ready)(source, (uint32_t)condition);
	return G_SOURCE_CONTINUE;
}

bool loopAdd(LoopSource* source)
{
	g_unix_fd_add(source->fd, G_IO_IN, sourceReady, source);
	source->added = true;
	return true;
}

void loopRemove(LoopSource* source)
{
	if (source->added)
		g_source_remove_by_user_data(source);
	source->added = false;
}

static gboolean timerFired(gpointer it)
{
	LoopTimer* timer = it;
	timer->active = false;
	(*timer->fired)(timer);
	return G_SOURCE_REMOVE;
}

void loopSchedule(LoopTimer* timer, double due)
{
	double ms = ceil(due - loopNow());
	loopUnschedule(timer);
	timer->due = due;
	timer->active = true;
	g_timeout_add((ms > 0) ? (guint)fmin(ms, 86400000.0) : 0, timerFired, timer);
}

void loopUnschedule(LoopTimer* timer)
{
	if (timer->active)
		g_source_remove_by_user_data(timer);
	timer->active = false;
}

/* Bytes of the whole simulator's C heap: the engine grows its own out of it, and keeps its figures to itself. */
void hostMemory(xsMachine* the, double* used, double* peak, double* free)
{
	struct mallinfo2 info = mallinfo2();
	*used = (double)info.uordblks;
	*peak = (double)info.arena + (double)info.hblkhd;
	*free = (double)info.fordblks;
}

void xs_simulator_memory(xsMachine* the)
{
	double used, peak, free;
	hostMemory(the, &used, &peak, &free);
	xsmcVars(1);
	xsResult = xsmcNewObject();
	xsmcSetNumber(xsVar(0), used);
	xsmcSet(xsResult, xsID("used"), xsVar(0));
	xsmcSetNumber(xsVar(0), peak);
	xsmcSet(xsResult, xsID("peak"), xsVar(0));
	xsmcSetNumber(xsVar(0), free);
	xsmcSet(xsResult, xsID("free"), xsVar(0));
}

/* Opens the user's storage folder: $XDG_STATE_HOME/xs-matter, or ~/.local/state/xs-matter. */
void xs_simulator_open(xsMachine* the)
{
	const char* trouble = storageOpen(NULL, false);
	if (trouble)
		hostThrow(the, "EIO", "%s", trouble);
}

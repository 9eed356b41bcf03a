#define _GNU_SOURCE
#include "xsmc.h"
#include "host.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* What does not close down in this time is ended: the process promises to be gone within a second. */
#define kStopMilliseconds 900
#define kAgainMilliseconds 200

static LoopSource gSignals = { .fd = -1 };
static LoopTimer gDeadline;
static xsMachine* gMachine = NULL;
static xsSlot gCallback;

static void deadlineReached(LoopTimer* timer)
{
	hostExit(0);
}

static void signalReady(LoopSource* source, uint32_t events)
{
	struct signalfd_siginfo info;
	xsMachine* the = gMachine;
	xsSlot self = xsUndefined;
	if (read(source->fd, &info, sizeof(info)) != sizeof(info))
		return;
	if (gDeadline.active) {
		/* asked twice: now. A terminal's signal and its forwarded copy are one */
		if (loopNow() > (gDeadline.due - kStopMilliseconds + kAgainMilliseconds))
			hostExit(0);
		return;
	}
	gDeadline.fired = deadlineReached;
	loopSchedule(&gDeadline, loopNow() + kStopMilliseconds);
	hostCall(the, &self, &gCallback);
}

void xs_board_watchStop(xsMachine* the)
{
	sigset_t set;
	if (!gHost.device)
		return;
	gMachine = the;
	gCallback = xsArg(0);
	xsRemember(gCallback);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	gSignals.fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	gSignals.ready = signalReady;
	gSignals.holds = true;
	if ((gSignals.fd < 0) || !loopAdd(&gSignals))
		sigprocmask(SIG_UNBLOCK, &set, NULL);
}

void xs_board_stopped(xsMachine* the)
{
	hostExit(0);
}

void xs_board_restart(xsMachine* the)
{
	if (gHost.device) {
		char** argv = calloc((size_t)gHost.argc + 1, sizeof(char*));
		int i, count = 0;
		sigset_t set;
		sigemptyset(&set);
		sigprocmask(SIG_SETMASK, &set, NULL);
		/* a reset asked for once is not asked for again */
		for (i = 0; argv && (i < gHost.argc); i++) {
			if (strcmp(gHost.argv[i], "--reset"))
				argv[count++] = gHost.argv[i];
		}
		/* every descriptor closes on exec, the folder's lock with it */
		if (argv)
			execv("/proc/self/exe", argv);
	}
	hostExit(1);
}

void xs_board_memory(xsMachine* the)
{
	double used, peak, available;
	hostMemory(the, &used, &peak, &available);
	xsmcVars(1);
	xsmcSetNewObject(xsResult);
	xsmcSetNumber(xsVar(0), available);
	xsmcSet(xsResult, xsID("free"), xsVar(0));
	xsmcSetNumber(xsVar(0), used);
	xsmcSet(xsResult, xsID("used"), xsVar(0));
	xsmcSetNumber(xsVar(0), peak);
	xsmcSet(xsResult, xsID("peak"), xsVar(0));
}

void xs_board_colored(xsMachine* the)
{
	const char* terminal = getenv("TERM");
	xsmcSetBoolean(xsResult, isatty(STDOUT_FILENO) && terminal && strcmp(terminal, "dumb") && !getenv("NO_COLOR"));
}

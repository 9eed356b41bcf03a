/*
 * The event loop: one epoll, one list of timers. Everything runs on the main thread.
 */
#ifndef __LINUX_LOOP__
#define __LINUX_LOOP__

#include <stdbool.h>
#include <stdint.h>

typedef struct LoopSource LoopSource;
typedef struct LoopTimer LoopTimer;

struct LoopSource {
	void (*ready)(LoopSource* source, uint32_t events);
	int fd;
	bool holds; /* the loop goes on while such a source is there */
	bool added;
};

struct LoopTimer {
	void (*fired)(LoopTimer* timer);
	LoopTimer* next;
	LoopTimer* previous;
	double due; /* in loopNow() milliseconds */
	bool active;
};

/* Milliseconds of the monotonic clock, with a fraction. */
double loopNow(void);

/* Watches source->fd for input. false: errno tells why (EPERM for a regular file). */
bool loopAdd(LoopSource* source);
void loopRemove(LoopSource* source);

/* Fires once when loopNow() reaches due; replaces an earlier setting. */
void loopSchedule(LoopTimer* timer, double due);
void loopUnschedule(LoopTimer* timer);

/* Runs until loopStop, or until nothing holds it. `settle` runs after every callback. */
void loopRun(void (*settle)(void* context), void* context, bool forever);
void loopStop(void);

#endif /* __LINUX_LOOP__ */

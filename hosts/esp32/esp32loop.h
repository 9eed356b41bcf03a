/*
 * How other tasks reach the machine's task. Everything of the program runs on that one; tasks of lwIP and drivers only
 * raise a flag.
 */
#ifndef __ESP32_LOOP__
#define __ESP32_LOOP__

#include "host.h"

typedef struct Wake Wake;

struct Wake {
	void (*ready)(Wake* wake); /* on the machine's task, once for whatever was raised before */
	Wake* next;
	uint32_t raised;
};

/* On the machine's task. */
void wakeAdd(xsMachine* the, Wake* wake);
void wakeRemove(Wake* wake);

/* On any task; not in an interrupt. */
void wakeRaise(Wake* wake);

/* On the machine's task: ready is called again, after what else is due. */
void wakeAgain(Wake* wake);

#endif /* __ESP32_LOOP__ */

#include "xsmc.h"
#include "host.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A longer line is cut: nothing typed is that long. */
#define kLineSize 1024

static LoopSource gInput = { .fd = -1 };
static LoopTimer gFile;
static xsMachine* gMachine = NULL;
static xsSlot gCallback;
static bool gListening = false;
static char gLine[kLineSize];
static size_t gLength = 0;

static void writeLine(xsMachine* the, int fd)
{
	char* string = xsmcToString(xsArg(0));
	size_t length = strlen(string), offset = 0;
	char local[512];
	char* line = (length < sizeof(local)) ? local : malloc(length + 1);
	if (!line)
		xsUnknownError("no memory");
	memcpy(line, string, length);
	line[length++] = '\n';
	while (offset < length) {
		ssize_t count = write(fd, line + offset, length - offset);
		if (count >= 0)
			offset += (size_t)count;
		else if (errno == EAGAIN)
			usleep(1000); /* a pipe that is full and not ours to configure */
		else if (errno != EINTR)
			break; /* nobody reads */
	}
	if (line != local)
		free(line);
}

void xs_console_print(xsMachine* the)
{
	writeLine(the, STDOUT_FILENO);
}

void xs_console_log(xsMachine* the)
{
	writeLine(the, STDERR_FILENO);
}

static void stopListening(void)
{
	loopRemove(&gInput);
	loopUnschedule(&gFile);
	gListening = false;
}

/* false: the end of the input */
static bool inputRead(void)
{
	char buffer[512];
	ssize_t count = read(STDIN_FILENO, buffer, sizeof(buffer));
	ssize_t i;
	if (count < 0)
		return (errno == EAGAIN) || (errno == EINTR);
	if (count == 0)
		return false;
	for (i = 0; i < count; i++) {
		if (buffer[i] != '\n') {
			if (gLength < (kLineSize - 1))
				gLine[gLength++] = buffer[i];
			continue;
		}
		if (gLength && (gLine[gLength - 1] == '\r'))
			gLength--;
		gLine[gLength] = 0;
		gLength = 0;
		if (gListening) {
			xsSlot self;
			xsMachine* the = gMachine;
			self = xsUndefined;
			hostCallString(gMachine, &self, &gCallback, gLine);
		}
	}
	return true;
}

static void inputReady(LoopSource* source, uint32_t events)
{
	if (!inputRead())
		loopRemove(source);
}

static void fileReady(LoopTimer* timer)
{
	if (inputRead() && gListening)
		loopSchedule(timer, loopNow());
}

void xs_console_onLine(xsMachine* the)
{
	bool listen = (xsmcArgc > 0) && (xsmcTypeOf(xsArg(0)) == xsReferenceType);
	/* a remembered slot is a link of the machine's list: it is not written to */
	if (gMachine)
		xsForget(gCallback);
	gMachine = NULL;
	if (!listen) {
		stopListening();
		return;
	}
	gMachine = the;
	gCallback = xsArg(0);
	xsRemember(gCallback);
	if (gListening)
		return;
	gListening = true;
	gInput.fd = STDIN_FILENO;
	gInput.ready = inputReady;
	gInput.holds = false;
	if (!loopAdd(&gInput) && (errno == EPERM)) {
		/* a regular file is always readable and unknown to epoll */
		gFile.fired = fileReady;
		loopSchedule(&gFile, loopNow());
	}
}

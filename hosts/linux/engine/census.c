/*
 * What lives in the application's machine, by class: a line of JSON on standard error at each SIGUSR1. What has no
 * class of ours (arrays, buffers, closures) counts for the object that leads to it first.
 */
#define _GNU_SOURCE
#include "xsAll.h"
#include "machine.h"
#include "loop.h"
#include "rom.h"

#include <malloc.h>
#include <signal.h>
#include <sys/signalfd.h>

#define kOwners 512

enum { kMachine, kNames, kAliases, kFirstClass };

typedef struct {
	txSlot* prototype;
	const char* path; /* of the module, NULL: the engine's */
	const char* name;
	int instances, slots, chunks;
} Owner;

typedef struct {
	txSlot* instance;
	int owner;
} Work;

static Owner gOwners[kOwners];
static int gOwnerCount;
static unsigned char* gVisited;
static Work* gWork;
static size_t gWorkCount, gWorkDone, gSlotCount;

static bool ours(const void* slot)
{
	return ((const txByte*)slot >= gRom.high) && ((const txByte*)slot < gRom.end);
}

/* true the first time */
static bool visit(txSlot* slot, int owner)
{
	size_t index;
	if (!slot || !ours(slot))
		return false;
	index = (size_t)(slot - (txSlot*)gRom.high);
	if ((index >= gSlotCount) || gVisited[index])
		return false;
	gVisited[index] = 1;
	gOwners[owner].slots++;
	return true;
}

static void add(txSlot* instance, int owner)
{
	if (!instance || !ours(instance) || gVisited[instance - (txSlot*)gRom.high])
		return;
	if (visit(instance, owner)) {
		/* the slot belongs to the class, which is known when its turn comes */
		gOwners[owner].slots--;
		gWork[gWorkCount].instance = instance;
		gWork[gWorkCount++].owner = owner;
	}
}

static bool chunk(const void* data, int owner)
{
	if (!data || ((const txByte*)data < gRom.base) || ((const txByte*)data >= gRom.low))
		return false;
	gOwners[owner].chunks += ((const txChunk*)((const txByte*)data - sizeof(txChunk)))->size & 0x7FFFFFFF;
	return true;
}

static void content(txMachine* the, txSlot* slot, int owner);

static void chain(txMachine* the, txSlot* slot, int owner)
{
	for (; slot; slot = slot->next) {
		if (visit(slot, owner))
			content(the, slot, owner);
	}
}

static void content(txMachine* the, txSlot* slot, int owner)
{
	txIndex i;
	switch (slot->kind) {
	case XS_STRING_KIND:
		chunk(slot->value.string, owner);
		break;
	case XS_KEY_KIND:
		chunk(slot->value.key.string, owner);
		break;
	case XS_BIGINT_KIND:
		chunk(slot->value.bigint.data, owner);
		break;
	case XS_REFERENCE_KIND:
		add(slot->value.reference, owner);
		break;
	case XS_CLOSURE_KIND:
		if (visit(slot->value.closure, owner))
			content(the, slot->value.closure, owner);
		break;
	case XS_ARGUMENTS_SLOPPY_KIND:
	case XS_ARGUMENTS_STRICT_KIND:
	case XS_ARRAY_KIND:
	case XS_STACK_KIND:
		if (chunk(slot->value.array.address, owner)) {
			txChunk* data = (txChunk*)((txByte*)slot->value.array.address - sizeof(txChunk));
			txIndex count = (txIndex)(data->size / sizeof(txSlot));
			if (count > slot->value.array.length)
				count = slot->value.array.length;
			for (i = 0; i < count; i++)
				content(the, slot->value.array.address + i, owner);
		}
		break;
	case XS_ARRAY_BUFFER_KIND:
		chunk(slot->value.arrayBuffer.address, owner);
		break;
	case XS_CODE_KIND:
		chunk(slot->value.code.address, owner);
		/* fall through */
	case XS_CODE_X_KIND:
		add(slot->value.code.closures, owner);
		break;
	case XS_CALLBACK_KIND:
	case XS_CALLBACK_X_KIND:
		add(slot->value.callback.closures, owner);
		break;
	case XS_HOME_KIND:
		add(slot->value.home.object, owner);
		add(slot->value.home.module, owner);
		break;
	case XS_MODULE_KIND:
	case XS_PROGRAM_KIND:
		add(slot->value.module.realm, owner);
		break;
	case XS_EXPORT_KIND:
		if (visit(slot->value.export.closure, owner))
			content(the, slot->value.export.closure, owner);
		add(slot->value.export.module, owner);
		break;
	case XS_HOST_KIND:
		if (slot->flag & XS_HOST_CHUNK_FLAG)
			chunk(slot->value.host.data, owner);
		break;
	case XS_GLOBAL_KIND:
	case XS_MAP_KIND:
	case XS_SET_KIND:
		if (chunk(slot->value.table.address, owner)) {
			for (i = 0; i < (txIndex)slot->value.table.length; i++) {
				txSlot* entry;
				for (entry = slot->value.table.address[i]; entry; entry = entry->next)
					visit(entry, owner);
			}
		}
		break;
	case XS_LIST_KIND:
		chain(the, slot->value.list.first, owner);
		break;
	case XS_PRIVATE_KIND:
		chain(the, slot->value.private.first, owner);
		break;
	case XS_ACCESSOR_KIND:
		add(slot->value.accessor.getter, owner);
		add(slot->value.accessor.setter, owner);
		break;
	case XS_ERROR_KIND:
		add(slot->value.error.info, owner);
		break;
	case XS_INSTANCE_KIND:
		add(slot, owner);
		break;
	case XS_IDS_KIND:
		chunk(slot->value.IDs, owner);
		break;
	}
}

static int classOf(txSlot* prototype)
{
	int i;
	for (i = kFirstClass; i < gOwnerCount; i++) {
		if (gOwners[i].prototype == prototype)
			return i;
	}
	return -1;
}

static void addClasses(txMachine* the, txMachine* machine)
{
	txSlot *heap, *slot, *property;
	for (heap = machine->firstHeap; heap; heap = heap->next) {
		for (slot = heap + 1; slot < heap->value.reference; slot++) {
			txSlot* code = slot->next;
			txSlot* home;
			if ((slot->kind != XS_INSTANCE_KIND) || !(slot->flag & XS_CAN_CONSTRUCT_FLAG) || !code)
				continue;
			if ((code->kind != XS_CODE_KIND) && (code->kind != XS_CODE_X_KIND) && (code->kind != XS_CALLBACK_KIND) &&
				(code->kind != XS_CALLBACK_X_KIND))
				continue;
			home = code->next;
			if (!home || (home->kind != XS_HOME_KIND) || !home->value.home.module)
				continue;
			for (property = home->next; property; property = property->next) {
				if ((property->ID != mxID(_prototype)) || (property->kind != XS_REFERENCE_KIND))
					continue;
				if (gOwnerCount < kOwners) {
					Owner* owner = &gOwners[gOwnerCount++];
					txID module = mxModuleInstanceInternal(home->value.home.module)->value.module.id;
					owner->prototype = property->value.reference;
					owner->path = (module == XS_NO_ID) ? NULL : fxGetKeyName(the, module);
					owner->name = (code->ID == XS_NO_ID) ? "class" : fxGetKeyName(the, code->ID);
				}
				break;
			}
		}
	}
}

static void census(txMachine* the)
{
	txSlot* slot;
	txIndex i;
	int stackPeak, untouched, comma = 0;
	long native = (long)mallinfo2().uordblks - (long)gRom.native;
	fxCollectGarbage(the);
	c_memset(gOwners, 0, sizeof(gOwners));
	gOwners[kMachine].name = "machine";
	gOwners[kNames].name = "names";
	gOwners[kAliases].name = "aliases";
	gOwnerCount = kFirstClass;
	addClasses(the, gRom.root);
	addClasses(the, the);
	gSlotCount = (size_t)(gRom.end - gRom.high) / sizeof(txSlot);
	gVisited = c_calloc(gSlotCount, 1);
	gWork = c_calloc(gSlotCount, sizeof(Work));
	gWorkCount = gWorkDone = 0;
	for (i = 0; i < (txIndex)(the->keyIndex - the->keyOffset); i++) {
		if ((slot = the->keyArray[i]) && visit(slot, kNames))
			content(the, slot, kNames);
	}
	for (i = 0; i < the->aliasCount; i++) {
		if ((slot = the->aliasArray[i])) {
			if (slot->kind == XS_INSTANCE_KIND)
				add(slot, kAliases);
			else if (visit(slot, kAliases))
				content(the, slot, kAliases);
		}
	}
	for (slot = the->stackTop - 1; slot >= the->stack; slot--)
		content(the, slot, kMachine);
	for (slot = the->cRoot; slot; slot = slot->next)
		content(the, slot, kMachine);
	while (gWorkDone < gWorkCount) {
		Work* work = &gWork[gWorkDone++];
		int owner = classOf(work->instance->value.instance.prototype);
		if (owner < 0)
			owner = work->owner;
		else
			gOwners[owner].instances++;
		gOwners[owner].slots++;
		for (slot = work->instance->next; slot; slot = slot->next) {
			if (visit(slot, owner))
				content(the, slot, owner);
		}
		add(work->instance->value.instance.prototype, owner);
	}
	/* calls leave slots between their variables untouched, but not that many */
	for (slot = the->stackTop - 1, untouched = 0; (slot >= the->stackBottom) && (untouched < 16); slot--) {
		txU4 words[4];
		c_memcpy(words, slot, sizeof(words));
		untouched = ((words[0] == kRomFill) && (words[3] == kRomFill)) ? untouched + 1 : 0;
	}
	stackPeak = (int)(the->stackTop - 1 - slot) - untouched;
	fprintf(stderr,
		"census "
		"{\"heap\":%ld,\"peak\":%ld,\"chunks\":%d,\"slots\":%d,\"slotSize\":%d,\"chunksHeld\":%d,\"slotsHeld\":%d,"
		"\"stack\":%d,\"stackPeak\":%d,\"native\":%ld,\"classes\":[",
		(long)(gRom.end - gRom.base), (long)gRom.peak, the->currentChunksSize, the->currentHeapCount,
		(int)sizeof(txSlot), the->maximumChunksSize, the->maximumHeapCount, (int)(the->stackTop - the->stackBottom),
		stackPeak, native);
	for (i = 0; i < (txIndex)gOwnerCount; i++) {
		Owner* owner = &gOwners[i];
		if (!owner->slots && !owner->chunks)
			continue;
		fprintf(stderr, "%s[\"%s\",\"%s\",%d,%d,%d]", comma ? "," : "", owner->path ? owner->path : "", owner->name,
			owner->instances, owner->slots, owner->chunks);
		comma = 1;
	}
	fprintf(stderr, "]}\n");
	c_free(gVisited);
	c_free(gWork);
}

static void signalReady(LoopSource* source, uint32_t events)
{
	struct signalfd_siginfo info;
	if (read(source->fd, &info, sizeof(info)) == sizeof(info))
		census(gRom.machine);
}

void romWatchCensus(txMachine* the)
{
	static LoopSource source = { .ready = signalReady };
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	source.fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (source.fd >= 0)
		loopAdd(&source);
}

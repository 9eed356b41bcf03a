#define _GNU_SOURCE
#include "xsAll.h"
#include "machine.h"
#include "options.h"
#include "rom.h"

#include <malloc.h>
#include <sys/mman.h>

extern void fxGrowSlots(txMachine* the, txSize count);
extern void hostFail(txMachine* the, const char* what) __attribute__((noreturn)); /* as in host.h */

/* Where everything is preloaded. Its size is of no interest: on a device this is flash. */
static const txCreation gRootCreation = {
	8 * 1024 * 1024, /* initialChunkSize */
	1024 * 1024,     /* incrementalChunkSize */
	256 * 1024,      /* initialHeapCount */
	32 * 1024,       /* incrementalHeapCount */
	4 * 1024,        /* stackCount */
	8 * 1024,        /* initialKeyCount */
	1024,            /* incrementalKeyCount */
	127,             /* nameModulo */
	11,              /* symbolModulo */
	64 * 1024,       /* parserBufferSize */
	1993,            /* parserTableModulo */
	0                /* staticSize */
};

/* As Moddable's for the ESP32-C3. Modulos must be the root's. */
static const txCreation gCreation = {
	1536, /* initialChunkSize */
	512,  /* incrementalChunkSize */
	512,  /* initialHeapCount */
	64,   /* incrementalHeapCount */
	512,  /* stackCount: see docs/SIZE.md */
	32,   /* initialKeyCount */
	32,   /* incrementalKeyCount */
	127,  /* nameModulo */
	11,   /* symbolModulo */
	1024, /* parserBufferSize */
	1993, /* parserTableModulo */
	0     /* staticSize */
};

RomBlock gRom;

/* THE BLOCK */

void fxCreateMachinePlatform(txMachine* the)
{
	the->promiseJobs = 0;
	if (gRom.base)
		gRom.machine = the;
}

void fxDeleteMachinePlatform(txMachine* the)
{
	/* the machine ends with its process */
}

static void note(void)
{
	size_t used = (size_t)(gRom.low - gRom.base) + (size_t)(gRom.end - gRom.high);
	if (gRom.peak < used)
		gRom.peak = used;
}

/* Where a block of chunks is there already, only what its own rest does not hold is added to it. */
void* fxAllocateChunks(txMachine* the, txSize size)
{
	txBlock* block = the->firstBlock;
	txSize grow;
	if (the != gRom.machine)
		return c_malloc((size_t)size);
	if (!block) {
		if (size > (gRom.high - gRom.low))
			return NULL;
		gRom.low += size;
		note();
		return gRom.low - size;
	}
	grow = size - (txSize)sizeof(txBlock) - (txSize)(block->limit - block->current);
	if (grow > (gRom.high - gRom.low))
		return NULL;
	gRom.low += grow;
	note();
	/* the engine adds size to both */
	block->limit = gRom.low - size;
	the->maximumChunksSize += grow - size;
	return block->limit;
}

void fxFreeChunks(txMachine* the, void* chunks)
{
	/* blocks end with the process */
}

txSlot* fxAllocateSlots(txMachine* the, txSize count)
{
	txSize size = count * (txSize)sizeof(txSlot);
	if (the != gRom.machine)
		return c_malloc((size_t)size);
	if ((size > (gRom.high - gRom.low)) && the->firstBlock) {
		/* chunks give what they do not need now */
		fxCollect(the, XS_COMPACT_FLAG | XS_ORGANIC_FLAG);
		the->maximumChunksSize -= (txSize)(the->firstBlock->limit - the->firstBlock->current);
		the->firstBlock->limit = the->firstBlock->current;
		gRom.low = the->firstBlock->current;
	}
	if (size > (gRom.high - gRom.low))
		return NULL;
	gRom.high -= size;
	note();
	return (txSlot*)gRom.high;
}

void fxFreeSlots(txMachine* the, void* slots)
{
	/* blocks end with the process */
}

static const char* keyName(txMachine* the, txID id);

void romDeep(txMachine* the)
{
	/* below a call's frame are its arguments, above are its function and what it is called on */
	txSlot *frame, *from = the->stack;
	fprintf(stderr, "%s: a stack of %d slots is not enough; calls, the latest first, and the slots that each takes:\n",
		gHost.program, (int)(the->stackTop - the->stackBottom));
	for (frame = the->frame; frame; frame = frame->next) {
		txSlot* function = frame + 3;
		txSlot* code = (function->kind == XS_REFERENCE_KIND) ? function->value.reference->next : NULL;
		fprintf(stderr, "%5d %s\n", (int)(frame + 5 - from), code ? keyName(the, code->ID) : "host");
		from = frame + 5;
	}
}

void romFull(void)
{
	static bool failing = false;
	txMachine* the = gRom.machine;
	if (!failing && the) {
		failing = true;
		fprintf(stderr, "%s: the heap of %ld bytes is full: %d in chunks, %d in %d slots, %d for the stack\n",
			gHost.program, (long)(gRom.end - gRom.base), the->currentChunksSize,
			the->currentHeapCount * (txSize)sizeof(txSlot), the->currentHeapCount,
			(txSize)((the->stackTop - the->stackBottom) * sizeof(txSlot)));
	} else
		fprintf(stderr, "%s: memory full\n", gHost.program);
	hostExit(kRomFull);
}

/* PRELOAD */

static void preload(txMachine* the)
{
	txMachine* machine = the;
	txJump jump;
	c_memset(&jump, 0, sizeof(jump));
	the->firstJump = &jump;
	if (c_setjmp(jump.buffer) == 0) {
		const char* path;
		int i;
		fxBeginHost(the);
		for (i = 0; (path = loaderPreload(i)); i++) {
			mxPushStringC((txString)path);
			fxAwaitImport(the, XS_IMPORT_NAMESPACE);
			mxPop();
		}
		fxEndHost(the);
		while (the->promiseJobs) {
			the->promiseJobs = 0;
			fxRunPromiseJobs(the);
		}
		fxEndJob(the);
		loaderSymbols(the);
	} else
		hostFail(machine, "preload");
	the->firstJump = C_NULL;
}

static void freezeSlot(txSlot* slot)
{
	if (slot->kind != XS_ACCESSOR_KIND)
		slot->flag |= XS_DONT_SET_FLAG;
	slot->flag |= XS_DONT_DELETE_FLAG;
}

static void freeze(txMachine* the, txSlot* instance)
{
	txSlot* property;
	for (property = instance->next; property; property = property->next) {
		if ((property->kind == XS_ARRAY_KIND) && property->value.array.address) {
			txSlot* item = property->value.array.address;
			txIndex count = fxGetIndexSize(the, property);
			while (count--)
				freezeSlot(item++);
		}
		freezeSlot(property);
	}
	instance->flag |= XS_DONT_PATCH_FLAG;
}

/* Functions, prototypes of classes, scopes and buffers: what Moddable's linker freezes without being asked. */
static void freezeAlways(txMachine* the, txSlot* instance)
{
	txSlot* property = instance->next;
	if (!property || !(property->flag & XS_INTERNAL_FLAG))
		return;
	if (property->ID == XS_ENVIRONMENT_BEHAVIOR) {
		freeze(the, instance);
		return;
	}
	switch (property->kind) {
	case XS_CALLBACK_KIND:
	case XS_CALLBACK_X_KIND:
	case XS_CODE_KIND:
	case XS_CODE_X_KIND:
		freeze(the, instance);
		if (instance->flag & XS_CAN_CONSTRUCT_FLAG) {
			while ((property = property->next)) {
				if ((property->ID == mxID(_prototype)) && (property->kind == XS_REFERENCE_KIND))
					freeze(the, property->value.reference);
			}
		}
		break;
	case XS_ARRAY_BUFFER_KIND:
	case XS_DATA_VIEW_KIND:
	case XS_MAP_KIND:
	case XS_PROMISE_KIND:
	case XS_PROXY_KIND:
	case XS_REGEXP_KIND:
	case XS_SET_KIND:
	case XS_TYPED_ARRAY_KIND:
	case XS_WEAK_MAP_KIND:
	case XS_WEAK_REF_KIND:
	case XS_WEAK_SET_KIND:
		freeze(the, instance);
		break;
	}
}

static bool isFrozen(txMachine* the, txSlot* instance)
{
	txSlot* property;
	if (!(instance->flag & XS_DONT_PATCH_FLAG))
		return false;
	for (property = instance->next; property; property = property->next) {
		if (property->flag & XS_INTERNAL_FLAG) {
			if ((property->kind == XS_ARRAY_KIND) && property->value.array.address) {
				txSlot* item = property->value.array.address;
				txIndex count = fxGetIndexSize(the, property);
				for (; count; count--, item++) {
					if (!(item->flag & XS_DONT_DELETE_FLAG))
						return false;
					if ((item->kind != XS_ACCESSOR_KIND) && !(item->flag & XS_DONT_SET_FLAG))
						return false;
				}
			}
		} else {
			if (!(property->flag & XS_DONT_DELETE_FLAG))
				return false;
			if ((property->kind != XS_ACCESSOR_KIND) && !(property->flag & XS_DONT_SET_FLAG))
				return false;
		}
	}
	return true;
}

/* Private fields, and the content of maps, cannot change either where the object is frozen. */
static void petrify(txSlot* instance)
{
	txSlot* property;
	for (property = instance->next; property && (property->flag & XS_INTERNAL_FLAG); property = property->next) {
		if (property->kind == XS_PRIVATE_KIND) {
			txSlot* item;
			for (item = property->value.private.first; item; item = item->next)
				freezeSlot(item);
		} else
			property->flag |= XS_DONT_SET_FLAG;
	}
}

static bool isFunction(txSlot* slot)
{
	txSlot* code = (slot->kind == XS_REFERENCE_KIND) ? slot->value.reference->next : NULL;
	return code && (code->flag & XS_INTERNAL_FLAG) &&
		((code->kind == XS_CALLBACK_KIND) || (code->kind == XS_CALLBACK_X_KIND) || (code->kind == XS_CODE_KIND) ||
			(code->kind == XS_CODE_X_KIND));
}

/* What is in flash is used where it is: the collector of the application's machine must not move it. */
static void pin(txSlot* slot)
{
	switch (slot->kind) {
	case XS_STRING_KIND:
		slot->kind = XS_STRING_X_KIND;
		break;
	case XS_BIGINT_KIND:
		slot->kind = XS_BIGINT_X_KIND;
		break;
	case XS_KEY_KIND:
		slot->kind = XS_KEY_X_KIND;
		break;
	case XS_CODE_KIND:
		slot->kind = XS_CODE_X_KIND;
		break;
	}
}

#define mxEachSlot(SLOT)                                                                                               \
	for (heap = the->firstHeap; heap; heap = heap->next)                                                               \
		for (SLOT = heap + 1; SLOT < heap->value.reference; SLOT++)

/* What is frozen is shared; what is not gets a number, under which the application's machine keeps its own version. */
static void share(txMachine* the)
{
	txSlot *heap, *slot;
	txBlock* block;
	txID aliases = 1;
	int i;
	for (i = mxInstanceInspectorsStackIndex + 1; i < the->stackTop - the->stack; i++) {
		slot = the->stackTop - 1 - i;
		if (slot->kind == XS_REFERENCE_KIND)
			freeze(the, slot->value.reference);
	}
	fxBeginHost(the);
	mxPush(mxArrayPrototype);
	mxGetID(mxID(_Symbol_unscopables));
	freeze(the, the->stack->value.reference);
	mxPop();
	fxEndHost(the);
	fxShareMachine(the);
	mxEachSlot(slot)
	{
		if (slot->kind == XS_INSTANCE_KIND)
			freezeAlways(the, slot);
	}
	mxEachSlot(slot)
	{
		if (slot->kind == XS_INSTANCE_KIND) {
			if (isFrozen(the, slot)) {
				petrify(slot);
				slot->ID = XS_NO_ID;
			} else
				slot->ID = aliases++;
		} else if (slot->kind == XS_CLOSURE_KIND)
			slot->value.closure->ID = XS_NO_ID;
	}
	mxEachSlot(slot)
	{
		if (slot->kind == XS_CLOSURE_KIND) {
			txSlot* closure = slot->value.closure;
			if (isFunction(closure))
				closure->flag |= XS_DONT_SET_FLAG;
			if (!(closure->flag & XS_DONT_SET_FLAG)) {
				if (closure->ID == XS_NO_ID)
					closure->ID = aliases++;
				slot->flag &= ~XS_DONT_SET_FLAG;
			}
		}
	}
	the->aliasCount = aliases;
	mxEachSlot(slot)
	{
		if ((slot->kind == XS_ARRAY_KIND) && slot->value.array.address) {
			txSlot* item = slot->value.array.address;
			txIndex count = fxGetIndexSize(the, slot);
			while (count--)
				pin(item++);
		}
		pin(slot);
	}
	for (slot = the->stack; slot < the->stackTop; slot++)
		pin(slot);
	for (block = the->firstBlock; block; block = block->nextBlock) {
		txByte* chunk = (txByte*)(block + 1);
		while (chunk < block->current) {
			txByte* next = ((txChunk*)chunk)->temporary;
			((txChunk*)chunk)->temporary = C_NULL;
			chunk = next;
		}
	}
}

txMachine* romCreate(size_t bytes, int stack)
{
	txCreation creation = gRootCreation;
	txMachine* the = fxCreateMachine(&creation, "rom", NULL, XS_NO_ID);
	if (!the)
		return NULL;
	preload(the);
	share(the);
	bytes &= ~(size_t)15;
	gRom.root = the;
	gRom.base = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (gRom.base == MAP_FAILED)
		return NULL;
	gRom.native = mallinfo2().uordblks;
	c_memset(gRom.base, 0xA5, bytes);
	gRom.low = gRom.base;
	gRom.high = gRom.end = gRom.base + bytes;
	creation = gCreation;
	if (stack)
		creation.stackCount = stack;
	return fxCloneMachine(&creation, gRom.root, "xs-matter", NULL);
}

/* WHAT CAN STILL CHANGE */

typedef struct Step Step;
struct Step {
	Step* previous;
	const char* name;
	char text[12];
};

static int gMutableCount;

static void printSteps(const Step* step)
{
	if (step->previous) {
		printSteps(step->previous);
		printf(".");
	}
	printf("%s", step->name);
}

static void report(const Step* step, const char* what)
{
	gMutableCount++;
	printSteps(step);
	printf(": %s\n", what);
}

static const char* keyName(txMachine* the, txID id)
{
	txString name = (id == XS_NO_ID) ? NULL : fxGetKeyName(the, id);
	return name ? name : "?";
}

static void checkInstance(txMachine* the, txSlot* instance, Step* step);

static void checkSlot(txMachine* the, txSlot* slot, Step* step)
{
	if (slot->kind == XS_REFERENCE_KIND)
		checkInstance(the, slot->value.reference, step);
	else if (slot->kind == XS_ACCESSOR_KIND) {
		if (slot->value.accessor.getter)
			checkInstance(the, slot->value.accessor.getter, step);
		if (slot->value.accessor.setter)
			checkInstance(the, slot->value.accessor.setter, step);
	}
}

static void checkScope(txMachine* the, txSlot* scope, Step* previous)
{
	txSlot* slot;
	if (scope->flag & XS_LEVEL_FLAG)
		return;
	scope->flag |= XS_LEVEL_FLAG;
	if (scope->value.instance.prototype)
		checkScope(the, scope->value.instance.prototype, previous);
	for (slot = scope->next; slot; slot = slot->next) {
		if (slot->kind == XS_CLOSURE_KIND) {
			txSlot* closure = slot->value.closure;
			Step step = { previous, keyName(the, slot->ID) };
			if (closure->ID != XS_NO_ID) {
				report(&step, "a variable, not a constant");
				closure->ID = XS_NO_ID; /* told once */
			}
			checkSlot(the, closure, &step);
		}
	}
}

static void checkInstance(txMachine* the, txSlot* instance, Step* previous)
{
	txSlot* property;
	if (instance->flag & XS_LEVEL_FLAG)
		return;
	instance->flag |= XS_LEVEL_FLAG;
	if (instance->ID != XS_NO_ID)
		report(previous, "an object that is not frozen");
	if (instance->value.instance.prototype) {
		Step step = { previous, "__proto__" };
		checkInstance(the, instance->value.instance.prototype, &step);
	}
	for (property = instance->next; property; property = property->next) {
		Step step = { previous, keyName(the, property->ID) };
		if (!(property->flag & XS_INTERNAL_FLAG))
			checkSlot(the, property, &step);
		else if ((property->kind == XS_ARRAY_KIND) && property->value.array.address) {
			txSlot* item = property->value.array.address;
			txIndex count = fxGetIndexSize(the, property);
			txIndex i;
			for (i = 0; i < count; i++) {
				snprintf(step.text, sizeof(step.text), "%d", (int)i);
				step.name = step.text;
				checkSlot(the, item + i, &step);
			}
		} else if ((property->kind == XS_CODE_KIND) || (property->kind == XS_CODE_X_KIND)) {
			if (property->value.code.closures)
				checkScope(the, property->value.code.closures, previous);
		} else if (property->kind == XS_PRIVATE_KIND) {
			txSlot* item;
			for (item = property->value.private.first; item; item = item->next) {
				step.name = keyName(the, item->ID);
				checkSlot(the, item, &step);
			}
		} else if (property->kind == XS_STACK_KIND)
			report(previous, "a generator");
	}
}

int romMutable(txMachine* the)
{
	txMachine* root = the->sharedMachine;
	txSlot* module;
	gMutableCount = 0;
	/* sharing left the modules in the place of the program */
	for (module = root->stackTop[-1 - mxProgramStackIndex].value.reference->next; module; module = module->next) {
		txSlot* exports;
		txSlot* export;
		Step step = { NULL, keyName(the, module->ID) };
		if (module->kind != XS_REFERENCE_KIND)
			continue;
		exports = mxModuleInstanceExports(module->value.reference);
		if (exports->kind != XS_REFERENCE_KIND)
			continue;
		for (export = exports->value.reference->next; export; export = export->next) {
			txSlot* closure = export->value.export.closure;
			Step inner = { &step, keyName(the, export->ID) };
			if (!closure)
				continue;
			if (closure->ID != XS_NO_ID) {
				report(&inner, "a variable, not a constant");
				closure->ID = XS_NO_ID;
			}
			checkSlot(the, closure, &inner);
		}
	}
	return gMutableCount;
}

#include "xsAll.h"
#include "machine.h"
#include "loop.h"
#include "options.h"
#if HOST_ROM
#include "rom.h"
#endif

#include <sys/mman.h>

extern void hostFail(txMachine* the, const char* what) __attribute__((noreturn)); /* as in host.h */

/* the engine's, in no header */
extern void fxRemapIDs(txMachine* the, txByte* codeBuffer, txSize codeSize, txID* theIDs);

#if !HOST_ROM /* else in rom.c */

/* One range of addresses for chunks: blocks grow in place, so that the collector has one block to compact. */
#define kChunksRange ((size_t)512 * 1024 * 1024)

#define kSlotsRange ((size_t)512 * 1024 * 1024)

void fxCreateMachinePlatform(txMachine* the)
{
	the->promiseJobs = 0;
	the->chunksReserved = 0;
	the->slots = NULL;
	the->slotsUsed = 0;
}

void fxDeleteMachinePlatform(txMachine* the)
{
	/* the machine ends with its process */
}

void* fxAllocateChunks(txMachine* the, txSize size)
{
	static size_t page = 0;
	txByte* base;
	size_t from, to;
	if (!page)
		page = (size_t)sysconf(_SC_PAGESIZE);
	if (the->firstBlock)
		base = (txByte*)the->firstBlock;
	else {
		base = mmap(NULL, kChunksRange, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
		if (base == MAP_FAILED)
			return NULL;
	}
	from = the->firstBlock ? (size_t)(the->firstBlock->limit - base) : 0;
	to = from + (size_t)size;
	if (to > kChunksRange)
		return NULL;
	if (to > the->chunksReserved) {
		size_t reserve = (to + page - 1) & ~(page - 1);
		if (mprotect(base + the->chunksReserved, reserve - the->chunksReserved, PROT_READ | PROT_WRITE))
			return NULL;
		the->chunksReserved = reserve;
	}
	return base + from;
}

void fxFreeChunks(txMachine* the, void* chunks)
{
	munmap(chunks, kChunksRange);
}

/* Slots too: what is added joins the block before it, and the collector sweeps one block. */
txSlot* fxAllocateSlots(txMachine* the, txSize count)
{
	size_t size = (size_t)count * sizeof(txSlot);
	txByte* result;
	if (!the->slots) {
		the->slots =
			mmap(NULL, kSlotsRange, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
		if (the->slots == MAP_FAILED) {
			the->slots = NULL;
			return NULL;
		}
	}
	if (size > (kSlotsRange - the->slotsUsed))
		return NULL;
	result = (txByte*)the->slots + the->slotsUsed;
	the->slotsUsed += size;
	return (txSlot*)result;
}

void fxFreeSlots(txMachine* the, void* slots)
{
	/* blocks are not given back one by one */
}

#endif

void fxQueuePromiseJobs(txMachine* the)
{
	the->promiseJobs = 1;
}

void fxAbort(txMachine* the, int status)
{
	switch (status) {
	case XS_UNHANDLED_EXCEPTION_EXIT:
		hostFail(the, "uncaught exception");
	case XS_UNHANDLED_REJECTION_EXIT:
		hostFail(the, "unhandled rejection");
	case XS_STACK_OVERFLOW_EXIT:
#if HOST_ROM
		romDeep(the);
#endif
		fprintf(stderr, "XS: stack overflow\n");
		break;
	case XS_NOT_ENOUGH_MEMORY_EXIT:
#if HOST_ROM
		romFull();
#endif
		fprintf(stderr, "XS: memory full\n");
		break;
	case XS_NO_MORE_KEYS_EXIT:
		fprintf(stderr, "XS: not enough keys\n");
		break;
	default:
		fprintf(stderr, "XS: abort %d\n", status);
		break;
	}
	hostExit(1);
}

/* MODULES */

/* Joins "modules/exchange/Exchange" and "../codec/Tlv" to "modules/codec/Tlv". false: it leads above the root. */
static bool joinPath(char* result, size_t size, const char* base, const char* name)
{
	size_t length = 0;
	const char* slash = c_strrchr(base, '/');
	if (slash) {
		length = (size_t)(slash - base);
		if (length >= size)
			return false;
		c_memcpy(result, base, length);
	}
	result[length] = 0;
	while (*name) {
		const char* end = c_strchr(name, '/');
		size_t part = end ? (size_t)(end - name) : c_strlen(name);
		if ((part == 1) && (name[0] == '.')) {
		} else if ((part == 2) && (name[0] == '.') && (name[1] == '.')) {
			char* up = c_strrchr(result, '/');
			if (up)
				length = (size_t)(up - result);
			else if (length)
				length = 0;
			else
				return false;
			result[length] = 0;
		} else if (part) {
			if (length + part + 2 > size)
				return false;
			if (length || ((slash == base) && slash))
				result[length++] = '/';
			c_memcpy(result + length, name, part);
			length += part;
			result[length] = 0;
		}
		name += part;
		if (*name == '/')
			name++;
	}
	return true;
}

txID fxFindModule(txMachine* the, txSlot* realm, txID moduleID, txSlot* slot)
{
	char name[C_PATH_MAX];
	char path[C_PATH_MAX];
	const char* found = NULL;
	char* dot;
	fxToStringBuffer(the, slot, name, sizeof(name));
	dot = c_strrchr(name, '.');
	if (dot && (!c_strcmp(dot, ".js") || !c_strcmp(dot, ".ts")))
		*dot = 0;
	if (name[0] == '.') {
		if ((moduleID != XS_NO_ID) && joinPath(path, sizeof(path), fxGetKeyName(the, moduleID), name))
			found = path;
	} else if (moduleID == XS_NO_ID) /* the main module, or import(…) of one by its path */
		found = loaderFind(name) ? name : loaderSpecifier(name);
	else
		found = loaderSpecifier(name);
	if (!found || !loaderFind(found)) {
		if (moduleID == XS_NO_ID)
			mxReferenceError("module \"%s\" not found", name);
		else
			mxReferenceError("module \"%s\" not found, imported by %s", name, fxGetKeyName(the, moduleID));
	}
	return fxNewNameC(the, (txString)found);
}

void fxLoadModule(txMachine* the, txSlot* module, txID moduleID)
{
	char path[C_PATH_MAX];
	c_strncpy(path, fxGetKeyName(the, moduleID), sizeof(path) - 1);
	path[sizeof(path) - 1] = 0;
	loaderLoad(the, module, moduleID, path);
}

void machineArchive(txS1* code, txSize size)
{
	txS1* p = code;
	txS1* q = code + size;
	while (p < q) {
		txU1* op = (txU1*)p;
		txS1 step = gxCodeSizes[*op];
		switch (*op) {
		case XS_CODE_CODE_1:
			*op = XS_CODE_CODE_ARCHIVE_1;
			break;
		case XS_CODE_CODE_2:
			*op = XS_CODE_CODE_ARCHIVE_2;
			break;
		case XS_CODE_CODE_4:
			*op = XS_CODE_CODE_ARCHIVE_4;
			break;
		case XS_CODE_STRING_1:
			*op = XS_CODE_STRING_ARCHIVE_1;
			break;
		case XS_CODE_STRING_2:
			*op = XS_CODE_STRING_ARCHIVE_2;
			break;
		case XS_CODE_STRING_4:
			*op = XS_CODE_STRING_ARCHIVE_4;
			break;
		}
		if (step > 0)
			p += step;
		else if (step == 0)
			p += 1 + sizeof(txID);
		else if (step == -1)
			p += 2 + (txU1)p[1];
		else if (step == -2) {
			txU2 length;
			c_memcpy(&length, p + 1, 2);
			p += 3 + length;
		} else {
			txS4 length;
			c_memcpy(&length, p + 1, 4);
			p += 5 + length;
		}
	}
}

static const txHostFunctionBuilder* gBuilders = NULL;
static txInteger gBuilderCount = 0;

static void buildHosts(txMachine* the)
{
	fxBuildHosts(the, gBuilderCount, gBuilders);
	mxPullSlot(mxResult);
}

void machineResolve(txMachine* the, txSlot* module, txID moduleID, HostModule* source)
{
	const txS1* p = source->symbols;
	txScript script;
	txID* ids;
	txID count, i;
	txHostFunctionBuilder* builders = NULL;
	mxDecodeID(p, count);
	ids = c_malloc((count ? count : 1) * sizeof(txID));
	if (!ids)
		fxAbort(the, XS_NOT_ENOUGH_MEMORY_EXIT);
	ids[0] = XS_NO_ID;
	for (i = 1; i < count; i++) {
		ids[i] = fxNewNameX(the, (txString)p);
		p += c_strlen((const char*)p) + 1;
	}
	fxRemapIDs(the, source->code, source->codeSize, ids);
	c_memset(&script, 0, sizeof(script));
	if (source->hostCount) {
		builders = c_malloc((size_t)source->hostCount * sizeof(txHostFunctionBuilder));
		if (!builders)
			fxAbort(the, XS_NOT_ENOUGH_MEMORY_EXIT);
		for (i = 0; i < source->hostCount; i++) {
			builders[i] = source->builders[i];
			builders[i].id = ids[builders[i].id];
		}
		gBuilders = builders;
		gBuilderCount = source->hostCount;
		script.callback = buildHosts;
	}
	c_free(ids);
	script.codeBuffer = source->code;
	script.codeSize = source->codeSize;
	script.path = (txString)source->path;
	script.version[0] = XS_MAJOR_VERSION;
	script.version[1] = XS_MINOR_VERSION;
	script.version[2] = XS_PATCH_VERSION;
	fxResolveModule(the, module, moduleID, &script, C_NULL, C_NULL);
	c_free(builders);
}

/* The natives' view of this is in host.h. */
extern void hostMemory(txMachine* the, double* used, double* peak, double* free);

void hostMemory(txMachine* the, double* used, double* peak, double* free)
{
	*used = (double)the->currentChunksSize + ((double)the->currentHeapCount * sizeof(txSlot));
	*peak = (double)the->peakChunksSize + ((double)the->peakHeapCount * sizeof(txSlot));
	*free = (double)the->maximumChunksSize + ((double)the->maximumHeapCount * sizeof(txSlot)) - *used;
}

/* RUN */

#if !HOST_ROM
txMachine* machineCreate(const txCreation* creation)
{
	txCreation copy = *creation;
	return fxCreateMachine(&copy, "xs-matter", NULL, XS_NO_ID);
}
#endif

static void fulfilled(txMachine* the)
{
}

static void rejected(txMachine* the)
{
	mxException = *mxArgv(0);
	hostFail(the, NULL);
}

#if HOST_STRESS
extern int gxStress; /* the engine's: below zero, so many allocations until the collector runs, once */
#endif

static void settle(void* context)
{
	txMachine* the = context;
#if HOST_STRESS
	if (!gxStress)
		gxStress = -HOST_STRESS;
#endif
	while (the->promiseJobs) {
		while (the->promiseJobs) {
			the->promiseJobs = 0;
			fxRunPromiseJobs(the);
		}
		fxEndJob(the);
	}
	/* whoever wanted to handle a rejection has had the turn to do so */
	fxCheckUnhandledRejections(the, 1);
}

void machineRun(txMachine* the, const char* specifier, bool forever)
{
	txMachine* machine = the;
	txJump jump;
	jump.nextJump = C_NULL;
	jump.stack = C_NULL;
	jump.scope = C_NULL;
	jump.frame = C_NULL;
	jump.code = C_NULL;
	jump.flag = 0;
	the->firstJump = &jump;
	if (c_setjmp(jump.buffer) == 0) {
		txSlot* realm;
#if !HOST_ROM
		/* what a device's modules make while they load is there to stay: collecting would only cost time */
		if (forever)
			fxEnableGarbageCollection(the, 0);
#endif
		fxBeginHost(the);
		realm = mxModuleInstanceInternal(mxProgram.value.reference)->value.module.realm;
		mxPushStringC((txString)specifier);
		fxRunImport(the, realm, XS_NO_ID);
		mxDub();
		fxGetID(the, mxID(_then));
		mxCall();
		fxNewHostFunction(the, fulfilled, 1, XS_NO_ID, XS_NO_ID);
		fxNewHostFunction(the, rejected, 1, XS_NO_ID, XS_NO_ID);
		mxRunCount(2);
		mxPop();
		fxEndHost(the);
		fxEnableGarbageCollection(the, 1);
		loopRun(settle, the, forever);
	} else
		fxAbort(machine, XS_UNHANDLED_EXCEPTION_EXIT);
	the->firstJump = C_NULL;
}

/*
 * The loader of the test programs: modules are files of build/linux/js, parsed when they are imported.
 * Natives are found by name in the program itself (it is linked with -rdynamic).
 */
#define _GNU_SOURCE
#include "xsAll.h"
#include "machine.h"
#include "load.h"

#include <dlfcn.h>
#include <sys/stat.h>

#define kPreloads 512

static char gRoot[C_PATH_MAX];    /* the js folder */
static char gProject[C_PATH_MAX]; /* where the sources are, for messages */
static HostSpecifier* gSpecifiers = NULL;
static int gSpecifierCount = 0;
static const char* gPreloads[kPreloads];
static int gPreloadCount = 0;

static bool filePath(char* result, const char* path, const char* extension)
{
	struct stat status;
	int length;
	if (path[0] == '/')
		length = snprintf(result, C_PATH_MAX, "%s%s", path, extension);
	else
		length = snprintf(result, C_PATH_MAX, "%s/%s%s", gRoot, path, extension);
	return (length > 0) && (length < C_PATH_MAX) && !stat(result, &status) && S_ISREG(status.st_mode);
}

static char* readAll(const char* path, size_t* size)
{
	FILE* file = fopen(path, "rb");
	char* result = NULL;
	long length;
	if (!file)
		return NULL;
	if (!fseek(file, 0, SEEK_END) && ((length = ftell(file)) >= 0) && !fseek(file, 0, SEEK_SET)) {
		result = c_malloc((size_t)length + 1);
		if (result && (fread(result, 1, (size_t)length, file) == (size_t)length)) {
			result[length] = 0;
			*size = (size_t)length;
		} else {
			c_free(result);
			result = NULL;
		}
	}
	fclose(file);
	return result;
}

bool loadInitialize(const char* root, const char* project)
{
	char path[C_PATH_MAX];
	size_t size;
	char* text;
	char* line;
	char* state;
	if (!realpath(root, gRoot) || !realpath(project, gProject))
		return false;
	if (snprintf(path, sizeof(path), "%s/specifiers.txt", gRoot) >= (int)sizeof(path))
		return false;
	text = readAll(path, &size);
	if (!text)
		return false;
	for (line = strtok_r(text, "\n", &state); line; line = strtok_r(NULL, "\n", &state)) {
		char* space = c_strchr(line, ' ');
		if (!space)
			continue;
		*space = 0;
		if (!(gSpecifierCount & 63))
			gSpecifiers = c_realloc(gSpecifiers, (size_t)(gSpecifierCount + 64) * sizeof(HostSpecifier));
		gSpecifiers[gSpecifierCount].specifier = line;
		gSpecifiers[gSpecifierCount].path = space + 1;
		gSpecifierCount++;
	}
	if (snprintf(path, sizeof(path), "%s/preload.txt", gRoot) >= (int)sizeof(path))
		return false;
	text = readAll(path, &size);
	if (text) {
		for (line = strtok_r(text, "\n", &state); line && (gPreloadCount < kPreloads);
			 line = strtok_r(NULL, "\n", &state))
			gPreloads[gPreloadCount++] = line;
	}
	return true;
}

const char* loaderPreload(int index)
{
	return (index < gPreloadCount) ? gPreloads[index] : NULL;
}

void loaderSymbols(txMachine* the)
{
	/* a module's names are known with its code only */
}

/* A path on disk becomes relative to the js folder where it is inside, also through its source. */
bool loadPath(const char* file, char* result)
{
	char real[C_PATH_MAX];
	size_t root = c_strlen(gRoot), project = c_strlen(gProject);
	char* dot;
	if (!realpath(file, real))
		return false;
	dot = c_strrchr(real, '.');
	if (dot && (!c_strcmp(dot, ".ts") || !c_strcmp(dot, ".js")))
		*dot = 0;
	if (!c_strncmp(real, gRoot, root) && (real[root] == '/')) {
		c_strcpy(result, real + root + 1);
		return true;
	}
	if (!c_strncmp(real, gProject, project) && (real[project] == '/')) {
		c_strcpy(result, real + project + 1);
		if (loaderFind(result))
			return true;
	}
	c_strcpy(result, real);
	return true;
}

const char* loaderSpecifier(const char* specifier)
{
	int low = 0, high = gSpecifierCount - 1;
	while (low <= high) {
		int middle = (low + high) / 2;
		int order = c_strcmp(specifier, gSpecifiers[middle].specifier);
		if (order == 0)
			return gSpecifiers[middle].path;
		if (order < 0)
			high = middle - 1;
		else
			low = middle + 1;
	}
	return NULL;
}

bool loaderFind(const char* path)
{
	char file[C_PATH_MAX];
	return filePath(file, path, ".js");
}

typedef struct {
	const txU1* data;
	size_t size;
	size_t offset;
} Stream;

static int streamGet(void* it)
{
	Stream* stream = it;
	return (stream->offset < stream->size) ? stream->data[stream->offset++] : C_EOF;
}

static char gError[512];

/* The first error is the cause, the others follow from it. */
static void reportError(void* console, txString path, txInteger line, txString format, c_va_list arguments)
{
	int length;
	if (gError[0])
		return;
	length = snprintf(gError, sizeof(gError), "%s:%d: ", path ? path : "?", (int)line);
	vsnprintf(gError + length, sizeof(gError) - (size_t)length, format, arguments);
}

static void reportWarning(void* console, txString path, txInteger line, txString format, c_va_list arguments)
{
}

txScript* loadParse(
	void* console, const char* text, size_t size, const char* path, txUnsigned flags, const char** error)
{
	txParser _parser;
	txParser* parser = &_parser;
	txParserJump jump;
	txScript* volatile script = NULL;
	Stream stream = { (const txU1*)text, size, 0 };
	gError[0] = 0;
	fxInitializeParser(parser, console, 64 * 1024, 1993);
	parser->reportError = reportError;
	parser->reportWarning = reportWarning;
	parser->firstJump = &jump;
	if (c_setjmp(jump.jmp_buf) == 0) {
		parser->path = fxNewParserSymbol(parser, (txString)path);
		fxParserTree(parser, &stream, streamGet, flags | mxCFlag, NULL);
		if (parser->errorCount == 0) {
			fxParserHoist(parser);
			fxParserBind(parser);
			if (parser->errorCount == 0)
				script = fxParserCode(parser);
		}
	}
	fxTerminateParser(parser);
	if (gError[0]) {
		if (script)
			fxDeleteScript(script);
		script = NULL;
	}
	*error = gError[0] ? gError : "no memory";
	return script;
}

/* eval, Function and Compartment */
txScript* fxParseScript(txMachine* the, void* stream, txGetter getter, txUnsigned flags)
{
	txParser _parser;
	txParser* parser = &_parser;
	txParserJump jump;
	txScript* volatile script = NULL;
	gError[0] = 0;
	fxInitializeParser(parser, the, the->parserBufferSize, the->parserTableModulo);
	parser->reportError = reportError;
	parser->reportWarning = reportWarning;
	parser->firstJump = &jump;
	if (c_setjmp(jump.jmp_buf) == 0) {
		fxParserTree(parser, stream, getter, flags, NULL);
		fxParserHoist(parser);
		fxParserBind(parser);
		script = fxParserCode(parser);
	}
	fxTerminateParser(parser);
	return script;
}

#if mxStress

/*
 * While a native runs, every allocation collects and moves all chunks: a pointer that it kept too long points to
 * freed memory. Only then, and not on every call: the whole program would take hours.
 */
extern int gxStress;

#define kNatives 512

static struct {
	txCallback callback;
	unsigned count;
} gNatives[kNatives];
static int gNativeCount = 0;

static void stress(txMachine* the, int index)
{
	unsigned count = gNatives[index].count++;
	int before = gxStress;
	if ((count >= 32) && (count & 63)) {
		(*gNatives[index].callback)(the);
		return;
	}
	mxTry(the)
	{
		gxStress = 1;
		(*gNatives[index].callback)(the);
		gxStress = before;
	}
	mxCatch(the)
	{
		gxStress = before;
		fxJump(the);
	}
}

/* clang-format off */
#define mxNative(N) static void native##N(txMachine* the) { stress(the, 0##N); }
#define mxEach8(DO, N) DO(N##0) DO(N##1) DO(N##2) DO(N##3) DO(N##4) DO(N##5) DO(N##6) DO(N##7)
#define mxNatives8(N) mxEach8(mxNative, N)
#define mxNatives64(N) mxNatives8(N##0) mxNatives8(N##1) mxNatives8(N##2) mxNatives8(N##3) \
	mxNatives8(N##4) mxNatives8(N##5) mxNatives8(N##6) mxNatives8(N##7)
#define mxName(N) native##N,
#define mxNames8(N) mxEach8(mxName, N)
#define mxNames64(N) mxNames8(N##0) mxNames8(N##1) mxNames8(N##2) mxNames8(N##3) \
	mxNames8(N##4) mxNames8(N##5) mxNames8(N##6) mxNames8(N##7)

/* octal numbers, 000 to 777 */
mxNatives64(0) mxNatives64(1) mxNatives64(2) mxNatives64(3)
mxNatives64(4) mxNatives64(5) mxNatives64(6) mxNatives64(7)

static const txCallback gStressed[kNatives] = {
	mxNames64(0) mxNames64(1) mxNames64(2) mxNames64(3) mxNames64(4) mxNames64(5) mxNames64(6) mxNames64(7)
};
/* clang-format on */

static txCallback stressed(txCallback callback)
{
	if (gNativeCount == kNatives)
		return callback;
	gNatives[gNativeCount].callback = callback;
	return gStressed[gNativeCount++];
}

#endif

void loaderLoad(txMachine* the, txSlot* module, txID moduleID, const char* path)
{
	char file[C_PATH_MAX];
	char source[C_PATH_MAX];
	char* text;
	size_t size;
	const char* error;
	txScript* script;
	HostModule result;
	txHostFunctionBuilder* builders = NULL;
	struct stat status;
	if (!filePath(file, path, ".js") || !(text = readAll(file, &size)))
		mxReferenceError("module \"%s\" cannot be read", path);
	/* lines are those of the TypeScript source, where there is one */
	if (path[0] == '/')
		c_strcpy(source, file);
	else {
		char original[C_PATH_MAX];
		if (snprintf(original, sizeof(original), "%s/%s.ts", gProject, path) >= (int)sizeof(original))
			original[0] = 0;
		snprintf(source, sizeof(source), "%s.%s", path, stat(original, &status) ? "js" : "ts");
	}
#ifdef mxDebug
	script = loadParse(the, text, size, source, mxDebugFlag, &error);
#else
	script = loadParse(the, text, size, source, 0, &error);
#endif
	c_free(text);
	if (!script)
		mxSyntaxError("%s", error);
	machineArchive(script->codeBuffer, script->codeSize);
	c_memset(&result, 0, sizeof(result));
	result.path = path;
	result.code = script->codeBuffer;
	result.codeSize = script->codeSize;
	result.symbols = script->symbolsBuffer;
	if (script->hostsBuffer) {
		const txS1* p = script->hostsBuffer;
		txID count, i;
		mxDecodeID(p, count);
		builders = c_calloc(count, sizeof(txHostFunctionBuilder));
		for (i = 0; i < count; i++) {
			txHostFunctionBuilder* builder = &builders[i];
			builder->length = *p++;
			mxDecodeID(p, builder->id);
			builder->callback = (txCallback)dlsym(RTLD_DEFAULT, (const char*)p);
			if (!builder->callback)
				mxReferenceError("%s: native \"%s\" is not linked", source, (const char*)p);
#if mxStress
			if (builder->length >= 0) /* else a destructor */
				builder->callback = stressed(builder->callback);
#endif
			p += c_strlen((const char*)p) + 1;
		}
		result.hostCount = count;
		result.builders = builders;
	}
	machineResolve(the, module, moduleID, &result);
	/* code and symbols stay: functions and names point into them */
	c_free(builders);
}

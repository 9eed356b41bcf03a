/*
 * xs-test: runs a module with the engine's parser. Usage: xs-test file [arguments]
 */
#include "xsAll.h"
#include "machine.h"
#include "load.h"
#include "options.h"

#if HOST_ROM
#include "rom.h"

/* Tests need more than the device: what they make is not measured. */
#define kTestHeap (16 * 1024 * 1024)
#define kTestStack 4096
#else
static const txCreation gCreation = {
	4 * 1024 * 1024, /* initialChunkSize */
	1024 * 1024,     /* incrementalChunkSize */
	64 * 1024,       /* initialHeapCount */
	32 * 1024,       /* incrementalHeapCount */
	32 * 1024,       /* stackCount */
	4 * 1024,        /* initialKeyCount */
	1024,            /* incrementalKeyCount */
	1993,            /* nameModulo */
	127,             /* symbolModulo */
	64 * 1024,       /* parserBufferSize */
	1993,            /* parserTableModulo */
	0                /* staticSize */
};
#endif

int main(int argc, char* argv[])
{
	char program[C_PATH_MAX];
	char root[C_PATH_MAX];
	char project[C_PATH_MAX];
	char path[C_PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);
	char* slash;
	if (argc < 2) {
		fprintf(stderr, "usage: %s file [arguments]\n", argv[0]);
		return 2;
	}
	program[(length > 0) ? length : 0] = 0;
	slash = c_strrchr(program, '/');
	if (slash)
		*slash = 0;
	snprintf(root, sizeof(root), "%.4000s/js", program);
	snprintf(project, sizeof(project), "%.4000s/../..", program);
	if (!loadInitialize(root, project)) {
		fprintf(stderr, "%s: no modules in %s: build first\n", argv[0], root);
		return 2;
	}
	gHost.program = slash ? slash + 1 : argv[0];
	gHost.argc = argc - 2;
	gHost.argv = argv + 2;
	if (!loadPath(argv[1], path)) {
		fprintf(stderr, "%s: cannot find %s\n", gHost.program, argv[1]);
		return 2;
	}
#if HOST_ROM
	machineRun(romCreate(kTestHeap, kTestStack), path, false);
#else
	machineRun(machineCreate(&gCreation), path, false);
#endif
	hostExit(0);
}

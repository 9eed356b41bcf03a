/*
 * The loader of xs-matter: modules were compiled by compile.c and are part of the program.
 */
#include "xsAll.h"
#include "machine.h"
#include "archive.h"

static ArchiveModule* findModule(const char* path)
{
	int low = 0, high = gArchiveModuleCount - 1;
	while (low <= high) {
		int middle = (low + high) / 2;
		int order = c_strcmp(path, gArchiveModules[middle].path);
		if (order == 0)
			return &gArchiveModules[middle];
		if (order < 0)
			high = middle - 1;
		else
			low = middle + 1;
	}
	return NULL;
}

const char* loaderSpecifier(const char* specifier)
{
	int low = 0, high = gArchiveSpecifierCount - 1;
	while (low <= high) {
		int middle = (low + high) / 2;
		int order = c_strcmp(specifier, gArchiveSpecifiers[middle].specifier);
		if (order == 0)
			return gArchiveSpecifiers[middle].path;
		if (order < 0)
			high = middle - 1;
		else
			low = middle + 1;
	}
	return NULL;
}

bool loaderFind(const char* path)
{
	return findModule(path) != NULL;
}

const char* loaderPreload(int index)
{
	return (index < gArchivePreloadCount) ? gArchivePreloads[index] : NULL;
}

void loaderSymbols(txMachine* the)
{
	int i;
	for (i = 0; i < gArchiveModuleCount; i++) {
		const txS1* p = gArchiveSymbols + gArchiveModules[i].symbols;
		txID count;
		fxNewNameC(the, (txString)gArchiveModules[i].path);
		mxDecodeID(p, count);
		while (count-- > 1) {
			fxNewNameX(the, (txString)p);
			p += c_strlen((const char*)p) + 1;
		}
	}
}

void loaderLoad(txMachine* the, txSlot* module, txID moduleID, const char* path)
{
	const ArchiveModule* archived = findModule(path);
	HostModule source = { .path = archived->path,
		.code = gArchiveCode + archived->code,
		.codeSize = archived->codeSize,
		.symbols = gArchiveSymbols + archived->symbols,
		.builders = archived->builders,
		.hostCount = archived->hostCount };
	machineResolve(the, module, moduleID, &source);
}

/* Nothing is parsed at run time: eval and Function throw a SyntaxError. */
txScript* fxParseScript(txMachine* the, void* stream, txGetter getter, txUnsigned flags)
{
	return NULL;
}

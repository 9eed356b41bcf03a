/*
 * The machine of this host: creation, the module loaders, the run. To be included after xsAll.h.
 */
#ifndef __LINUX_MACHINE__
#define __LINUX_MACHINE__

#include "xsScript.h"

/* A module in the form that runs: identifiers are still indices into its symbols. */
typedef struct {
	const char* path; /* "modules/codec/TlvReader": what specifiers resolve to */
	txS1* code;
	txSize codeSize;
	const txS1* symbols;
	const txHostFunctionBuilder* builders; /* ids are indices into the symbols */
	txInteger hostCount;
} HostModule;

/* What a specifier stands for in the manifest. Sorted by specifier. */
typedef struct {
	const char* specifier;
	const char* path;
} HostSpecifier;

/* The loader that is linked in: load.c parses files, archive.c has precompiled modules. */
const char* loaderSpecifier(const char* specifier); /* NULL: not in the manifest */
bool loaderFind(const char* path);
const char* loaderPreload(int index); /* the paths of the modules to preload; NULL: no more */
void loaderSymbols(txMachine* the);   /* interns what precompiled modules name */
void loaderLoad(txMachine* the, txSlot* module, txID moduleID, const char* path);

/* Interns the module's symbols, writes the identifiers into its code and runs its declaration. */
void machineResolve(txMachine* the, txSlot* module, txID moduleID, HostModule* source);

/* Rewrites code so that functions and strings are used in place instead of being copied to the heap. */
void machineArchive(txS1* code, txSize size);

txMachine* machineCreate(const txCreation* creation);

/* Imports the module and runs the loop until nothing is left to do, or for ever. */
void machineRun(txMachine* the, const char* specifier, bool forever);

#endif /* __LINUX_MACHINE__ */

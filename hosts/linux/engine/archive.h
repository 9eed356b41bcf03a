/*
 * What compile.c writes and archive.c reads. To be included after machine.h.
 */
#ifndef __LINUX_ARCHIVE__
#define __LINUX_ARCHIVE__

typedef struct {
	const char* path;
	txSize code; /* offset in gArchiveCode */
	txSize codeSize;
	txSize symbols; /* offset in gArchiveSymbols */
	const txHostFunctionBuilder* builders;
	txInteger hostCount;
} ArchiveModule;

extern ArchiveModule gArchiveModules[]; /* sorted by path */
extern const int gArchiveModuleCount;
extern const HostSpecifier gArchiveSpecifiers[]; /* sorted by specifier */
extern const int gArchiveSpecifierCount;
extern const char* const gArchivePreloads[];
extern const int gArchivePreloadCount;
extern txS1 gArchiveCode[]; /* written to: identifiers get the machine's numbers */
extern const txS1 gArchiveSymbols[];

#endif /* __LINUX_ARCHIVE__ */

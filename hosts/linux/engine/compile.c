/*
 * xs-compile: parses modules at build time. Usage: xs-compile list folder
 * Each line of the list is "module path file source", or "specifier name path"; both sorted; or "preload path".
 * Writes archive.code, archive.symbols and modules.c to the folder.
 */
#include "xsAll.h"
#include "machine.h"
#include "load.h"
#include "options.h"

#define kLines 4096

static char* readText(const char* path, size_t* size)
{
	FILE* file = fopen(path, "rb");
	char* text = NULL;
	long length;
	if (file && !fseek(file, 0, SEEK_END) && ((length = ftell(file)) >= 0) && !fseek(file, 0, SEEK_SET)) {
		text = c_malloc((size_t)length + 1);
		if (text && (fread(text, 1, (size_t)length, file) == (size_t)length)) {
			text[length] = 0;
			*size = (size_t)length;
		} else
			text = NULL;
	}
	if (!text) {
		fprintf(stderr, "%s cannot be read\n", path);
		exit(1);
	}
	fclose(file);
	return text;
}

static FILE* create(const char* folder, const char* name)
{
	char path[C_PATH_MAX];
	FILE* file;
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "wb");
	if (!file) {
		fprintf(stderr, "%s cannot be written\n", path);
		exit(1);
	}
	return file;
}

/* FNV-1a: tells the build that the archive is another one, though of the same sizes. */
static uint64_t digest(uint64_t sum, const txS1* bytes, txSize size)
{
	while (size--)
		sum = (sum ^ (txU1)*bytes++) * 0x100000001b3ULL;
	return sum;
}

typedef struct {
	char* path;
	txSize code, codeSize, symbols;
	int hostCount;
} Compiled;

int main(int argc, char* argv[])
{
	static Compiled modules[kLines];
	static HostSpecifier specifiers[kLines];
	static char* preloads[kLines];
	int moduleCount = 0, specifierCount = 0, preloadCount = 0, failures = 0, i;
	txSize codeSize = 0, symbolsSize = 0;
	uint64_t sum = 0xcbf29ce484222325ULL;
	size_t size;
	char *list, *line, *state;
	FILE *code, *symbols, *source;
	if (argc != 3)
		return 2;
	list = readText(argv[1], &size);
	code = create(argv[2], "archive.code");
	symbols = create(argv[2], "archive.symbols");
	source = create(argv[2], "modules.c");
	fprintf(source, "#include \"xsAll.h\"\n#include \"machine.h\"\n#include \"archive.h\"\n\n");
	for (line = strtok_r(list, "\n", &state); line; line = strtok_r(NULL, "\n", &state)) {
		char* fields[4];
		char* rest;
		int count = 0;
		char* field = strtok_r(line, " ", &rest);
		while (field && (count < 4)) {
			fields[count++] = field;
			field = strtok_r(NULL, " ", &rest);
		}
		if ((moduleCount == kLines) || (specifierCount == kLines) || (preloadCount == kLines))
			return 1;
		if ((count == 3) && !c_strcmp(fields[0], "specifier")) {
			specifiers[specifierCount].specifier = fields[1];
			specifiers[specifierCount++].path = fields[2];
		} else if ((count == 2) && !c_strcmp(fields[0], "preload")) {
			preloads[preloadCount++] = fields[1];
		} else if ((count == 4) && !c_strcmp(fields[0], "module")) {
			const char* error;
			char* text = readText(fields[2], &size);
			txScript* script = loadParse(NULL, text, size, fields[3], 0, &error);
			Compiled* module = &modules[moduleCount++];
			c_free(text);
			if (!script) {
				fprintf(stderr, "%s\n", error);
				failures++;
				continue;
			}
			machineArchive(script->codeBuffer, script->codeSize);
			module->path = fields[1];
			module->code = codeSize;
			module->codeSize = script->codeSize;
			module->symbols = symbolsSize;
			fwrite(script->codeBuffer, 1, (size_t)script->codeSize, code);
			fwrite(script->symbolsBuffer, 1, (size_t)script->symbolsSize, symbols);
			sum = digest(sum, script->codeBuffer, script->codeSize);
			sum = digest(sum, script->symbolsBuffer, script->symbolsSize);
			codeSize += script->codeSize;
			symbolsSize += script->symbolsSize;
			if (script->hostsBuffer) {
				txS1* p = script->hostsBuffer;
				txID hostCount, id;
				mxDecodeID(p, hostCount);
				module->hostCount = hostCount;
				fprintf(source, "/* %s */\n", module->path);
				for (i = 0; i < hostCount; i++) {
					p += 1 + sizeof(txID);
					fprintf(source, "extern void %s();\n", p);
					p += c_strlen((char*)p) + 1;
				}
				fprintf(source, "static const txHostFunctionBuilder gHosts%d[] = {\n", moduleCount - 1);
				p = script->hostsBuffer + sizeof(txID);
				for (i = 0; i < hostCount; i++) {
					int length = *p++;
					mxDecodeID(p, id);
					fprintf(source, "\t{ (txCallback)%s, %d, %d },\n", p, length, id);
					p += c_strlen((char*)p) + 1;
				}
				fprintf(source, "};\n\n");
			}
			fxDeleteScript(script);
		}
	}
	fprintf(source, "/* archive %016llx */\nArchiveModule gArchiveModules[] = {\n", (unsigned long long)sum);
	for (i = 0; i < moduleCount; i++) {
		Compiled* module = &modules[i];
		fprintf(source, "\t{ \"%s\", %d, %d, %d, ", module->path, module->code, module->codeSize, module->symbols);
		if (module->hostCount)
			fprintf(source, "gHosts%d, %d },\n", i, module->hostCount);
		else
			fprintf(source, "C_NULL, 0 },\n");
	}
	fprintf(source, "};\nconst int gArchiveModuleCount = %d;\n\nconst HostSpecifier gArchiveSpecifiers[] = {\n",
		moduleCount);
	for (i = 0; i < specifierCount; i++)
		fprintf(source, "\t{ \"%s\", \"%s\" },\n", specifiers[i].specifier, specifiers[i].path);
	fprintf(source, "};\nconst int gArchiveSpecifierCount = %d;\n\nconst char* const gArchivePreloads[] = {\n",
		specifierCount);
	for (i = 0; i < preloadCount; i++)
		fprintf(source, "\t\"%s\",\n", preloads[i]);
	fprintf(source, "\tC_NULL\n};\nconst int gArchivePreloadCount = %d;\n\n", preloadCount);
	/* the files, without a compiler reading them */
	fprintf(source,
		"__asm__(\".section .data\\n.global gArchiveCode\\ngArchiveCode:\\n.incbin \\\"archive.code\\\"\\n\"\n"
		"\t\".section .rodata\\n.global gArchiveSymbols\\ngArchiveSymbols:\\n.incbin \\\"archive.symbols\\\"\\n.byte "
		"0\\n.text\\n\");\n");
	if (fclose(code) || fclose(symbols) || fclose(source))
		failures++;
	return failures ? 1 : 0;
}

/* the machine is linked but never made */
HostOptions gHost;

void hostExit(int status)
{
	exit(status);
}

void hostFail(txMachine* the, const char* what)
{
	exit(1);
}

#ifndef __LINUX_LOAD__
#define __LINUX_LOAD__

/* Sets the js folder, and the project folder whose file names appear in messages. */
bool loadInitialize(const char* root, const char* project);

/* Turns a file name into a module path. `result` has room for C_PATH_MAX. */
bool loadPath(const char* file, char* result);

/* Parses a module. NULL: *error is "path:line: message". The console is the machine, or NULL outside of one. */
txScript* loadParse(
	void* console, const char* text, size_t size, const char* path, txUnsigned flags, const char** error);

#endif

/*
 * The command line of xs-matter.
 */
#ifndef __LINUX_FLAGS__
#define __LINUX_FLAGS__

#include <stdbool.h>

typedef enum { kFlagNumber, kFlagText, kFlagSwitch } FlagKind;

typedef struct {
	const char* name;
	const char* value; /* what it is called in the help */
	FlagKind kind;
	double minimum;
	double maximum;
	bool config; /* goes to mc/config under its name */
	const char* help;
	bool given;
	double number;
	const char* text;
} Flag;

int flagCount(void);
const Flag* flagAt(int index);
const Flag* flagNamed(const char* name);

/* NULL when all is well, else what is wrong with the arguments, as a sentence. */
const char* flagsParse(int argc, char* argv[]);

void flagsHelp(const char* program);

#endif /* __LINUX_FLAGS__ */

#include "flags.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* clang-format off */
static Flag gFlags[] = {
	{ "port",          "N",     kFlagNumber, 0, 65535, true,  "UDP port to listen on; 0 takes any free one (5540)" },
	{ "passcode",      "N",     kFlagNumber, 0, 4294967295.0, true, "setup passcode, 1 to 99999998 (20202021)" },
	{ "discriminator", "N",     kFlagNumber, 0, 4095,  true,  "what a controller finds the device by, 0 to 4095 (3840)" },
	{ "storage",       "DIR",   kFlagText,   0, 0,     false, "where fabrics and settings are kept" },
	{ "interface",     "NAME",  kFlagText,   0, 0,     true,  "announce the device on this network interface only" },
	{ "reset",         NULL,    kFlagSwitch, 0, 0,     true,  "factory reset first: forgets fabrics and settings" },
	{ "log",           "LEVEL", kFlagText,   0, 0,     true,  "debug, info, notice, warn, error or none (notice)" },
#if HOST_ROM
	{ "heap",          "BYTES", kFlagNumber, 16384, 67108864, false, "the machine's only memory (94208)" },
	{ "stack",         "SLOTS", kFlagNumber, 0, 65536, false, "of 16 bytes, part of the heap (0: as on a device)" },
	{ "mutable",       NULL,    kFlagSwitch, 0, 0,     false, "lists preloaded objects that can change, and ends" },
#endif
	{ "help",          NULL,    kFlagSwitch, 0, 0,     false, "shows this text" },
};
/* clang-format on */

static char gMessage[512];

int flagCount(void)
{
	return (int)(sizeof(gFlags) / sizeof(gFlags[0]));
}

const Flag* flagAt(int index)
{
	return &gFlags[index];
}

static Flag* find(const char* name, size_t length)
{
	int i;
	for (i = 0; i < flagCount(); i++) {
		if ((strlen(gFlags[i].name) == length) && !strncmp(gFlags[i].name, name, length))
			return &gFlags[i];
	}
	return NULL;
}

const Flag* flagNamed(const char* name)
{
	return find(name, strlen(name));
}

static const char* setNumber(Flag* flag, const char* text)
{
	char* end;
	errno = 0;
	flag->number = (text[0] >= '0') && (text[0] <= '9') ? (double)strtoull(text, &end, 10) : NAN;
	if (isnan(flag->number) || *end || errno) {
		snprintf(gMessage, sizeof(gMessage), "--%s takes a number, not \"%.100s\"", flag->name, text);
		return gMessage;
	}
	if ((flag->number < flag->minimum) || (flag->number > flag->maximum)) {
		snprintf(gMessage, sizeof(gMessage), "--%s must be %.0f to %.0f, not %.40s", flag->name, flag->minimum,
			flag->maximum, text);
		return gMessage;
	}
	return NULL;
}

const char* flagsParse(int argc, char* argv[])
{
	int i;
	for (i = 1; i < argc; i++) {
		const char* argument = argv[i];
		const char* equal;
		const char* value;
		Flag* flag;
		size_t length;
		if (strncmp(argument, "--", 2)) {
			snprintf(gMessage, sizeof(gMessage), "\"%.100s\" is no flag: see --help", argument);
			return gMessage;
		}
		argument += 2;
		equal = strchr(argument, '=');
		length = equal ? (size_t)(equal - argument) : strlen(argument);
		flag = find(argument, length);
		if (!flag) {
			snprintf(gMessage, sizeof(gMessage), "there is no flag --%.*s: see --help",
				(int)((length > 100) ? 100 : length), argument);
			return gMessage;
		}
		flag->given = true;
		if (flag->kind == kFlagSwitch) {
			if (equal) {
				snprintf(gMessage, sizeof(gMessage), "--%s takes no value", flag->name);
				return gMessage;
			}
			continue;
		}
		value = equal ? equal + 1 : (i + 1 < argc) ? argv[++i] : NULL;
		if (!value || !*value) {
			snprintf(gMessage, sizeof(gMessage), "--%s needs a value: --%s %s", flag->name, flag->name, flag->value);
			return gMessage;
		}
		flag->text = value;
		if (flag->kind == kFlagNumber) {
			const char* message = setNumber(flag, value);
			if (message)
				return message;
		}
	}
	return NULL;
}

void flagsHelp(const char* program)
{
	int i;
	printf("usage: %s [flags]\n\nRuns the Matter device. Typing \"toggle\" presses its button.\n\n", program);
	for (i = 0; i < flagCount(); i++) {
		char name[32];
		snprintf(name, sizeof(name), "--%s %s", gFlags[i].name, gFlags[i].value ? gFlags[i].value : "");
		printf("  %-18s %s\n", name, gFlags[i].help);
	}
	printf("\nWithout --storage the folder is $STATE_DIRECTORY (set by service managers), else\n"
		   "$XDG_STATE_HOME/xs-matter, else ~/.local/state/xs-matter.\n"
		   "SIGTERM and SIGINT end the device. Exit code 2: a flag, the port or the folder.\n");
}

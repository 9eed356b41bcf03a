#define _GNU_SOURCE
#include "storage.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Tells a storage folder from any other: a reset must not empty somebody's home. */
static const char gMark[] = ".xs-matter";

static const char gProbe[] = ".xs-matter-probe";

static int gFolder = -1;
static char gTemporary[PATH_MAX];
static char gMessage[PATH_MAX + 128];

static const char* fail(const char* folder, const char* what, const char* why)
{
	snprintf(gMessage, sizeof(gMessage), "the storage folder %s %s%s%s", folder, what, why ? ": " : "", why ? why : "");
	return gMessage;
}

static bool makeFolders(char* path)
{
	char* slash = path;
	while ((slash = strchr(slash + 1, '/'))) {
		*slash = 0;
		if (mkdir(path, 0755) && (errno != EEXIST)) {
			*slash = '/';
			return false;
		}
		*slash = '/';
	}
	return !mkdir(path, 0700) || (errno == EEXIST);
}

static void defaultFolder(char* path, size_t size)
{
	const char* state = getenv("STATE_DIRECTORY");
	const char* xdg = getenv("XDG_STATE_HOME");
	const char* home = getenv("HOME");
	if (state && *state)
		snprintf(path, size, "%s", state);
	else if (xdg && (*xdg == '/'))
		snprintf(path, size, "%s/xs-matter", xdg);
	else if (home && *home)
		snprintf(path, size, "%s/.local/state/xs-matter", home);
	else
		snprintf(path, size, ".xs-matter");
}

/* Counts files, or removes them. */
static int eachFile(int folder, bool removing)
{
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR* directory = (fd < 0) ? NULL : fdopendir(fd);
	struct dirent* entry;
	int count = 0;
	if (!directory) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	while ((entry = readdir(directory))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..") || !strcmp(entry->d_name, gMark))
			continue;
		count++;
		if (removing && unlinkat(folder, entry->d_name, 0) && (errno != EISDIR) && (errno != ENOENT)) {
			count = -1;
			break;
		}
	}
	closedir(directory);
	return count;
}

const char* storageOpen(const char* name, bool reset)
{
	char path[PATH_MAX];
	bool marked;
	int fd, count;
	if (name)
		snprintf(path, sizeof(path), "%s", name);
	else
		defaultFolder(path, sizeof(path));
	if (!makeFolders(path))
		return fail(path, "cannot be made", strerror(errno));
	gFolder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (gFolder < 0)
		return fail(path, "cannot be opened", strerror(errno));
	if (flock(gFolder, LOCK_EX | LOCK_NB))
		return fail(path, "is in use by another device", NULL);
	marked = !faccessat(gFolder, gMark, F_OK, 0);
	count = eachFile(gFolder, false);
	if (count < 0)
		return fail(path, "cannot be read", strerror(errno));
	if (!marked && (count > 0)) {
		if (reset)
			return fail(path, "holds files that are not a device's: --reset does not touch them", NULL);
		/* only trying tells: root may write anywhere, but not to every file system */
		fd = openat(gFolder, gProbe, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
		if (fd < 0)
			return fail(path, "cannot be written", strerror(errno));
		close(fd);
		unlinkat(gFolder, gProbe, 0);
		return NULL;
	}
	fd = openat(gFolder, gMark, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return fail(path, "cannot be written", strerror(errno));
	close(fd);
	if (reset && ((eachFile(gFolder, true) < 0) || fsync(gFolder)))
		return fail(path, "cannot be emptied", strerror(errno));
	return NULL;
}

int hostStorage(void)
{
	if (gFolder < 0) {
		const char* base = getenv("TMPDIR");
		snprintf(gTemporary, sizeof(gTemporary), "%s/xs-matter-XXXXXX", (base && *base) ? base : "/tmp");
		if (mkdtemp(gTemporary))
			gFolder = open(gTemporary, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		else
			gTemporary[0] = 0;
	}
	return gFolder;
}

void storageClose(void)
{
	if (gTemporary[0]) {
		eachFile(gFolder, true);
		rmdir(gTemporary);
	}
}

#define _GNU_SOURCE
#include "xsmc.h"
#include "host.h"
#include "storage.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define kNameSize 64
#define kMaximumSize (16 * 1024 * 1024)

/*
 * Files moved without flush are exchanged, and the old one stays as a spare to be written over next time: replacing a
 * file by a new one makes the file system allocate at once what it would have left for later (ext4: 0.3 ms, often 10 ms,
 * instead of 0.02). A spare's name is no file name, so nobody sees it.
 */
#define kSpare '~'

static bool validName(const char* name)
{
	size_t length = strlen(name);
	return (length > 0) && (length <= kNameSize) && (name[0] != '.') &&
		(strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") == length);
}

/* Copies the name out of the heap, where strings move. */
static void getName(xsMachine* the, int index, char* result)
{
	char* name = xsmcToString(xsArg(index));
	if (!validName(name))
		xsRangeError("not a file name");
	strcpy(result, name);
}

static void spareName(const char* name, char* result)
{
	result[0] = kSpare;
	strcpy(result + 1, name);
}

static int folder(xsMachine* the)
{
	int fd = hostStorage();
	if (fd < 0)
		hostThrow(the, "EIO", "the storage folder cannot be opened: %s", strerror(errno));
	return fd;
}

void xs_files_read(xsMachine* the)
{
	char name[kNameSize + 1];
	struct stat status;
	uint8_t* data;
	volatile size_t offset = 0;
	size_t size;
	int fd;
	getName(the, 0, name);
	fd = openat(folder(the), name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0) {
		if (errno == ENOENT)
			return;
		hostThrow(the, "EIO", "%s cannot be read: %s", name, strerror(errno));
	}
	if (fstat(fd, &status) || !S_ISREG(status.st_mode) || (status.st_size > kMaximumSize)) {
		close(fd);
		hostThrow(the, "EIO", "%s is no storage file", name);
	}
	size = (size_t)status.st_size;
	xsTry
	{
		xsmcVars(1);
		xsmcSetArrayBuffer(xsVar(0), NULL, (xsIntegerValue)size);
		data = xsmcToArrayBuffer(xsVar(0));
		while (offset < size) {
			ssize_t count = read(fd, data + offset, size - offset);
			if (count > 0)
				offset += (size_t)count;
			else if ((count == 0) || (errno != EINTR))
				hostThrow(the, "EIO", "%s cannot be read: %s", name, count ? strerror(errno) : "it became shorter");
		}
		xsResult = xsNew1(xsGlobal, xsID("Uint8Array"), xsVar(0));
	}
	xsCatch
	{
		close(fd);
		xsThrow(xsException);
	}
	close(fd);
}

void xs_files_write(xsMachine* the)
{
	char name[kNameSize + 1], spare[kNameSize + 2];
	struct stat status;
	void* data;
	xsUnsignedValue size;
	volatile xsUnsignedValue offset = 0;
	volatile bool flush = (xsmcArgc > 2) && xsmcTest(xsArg(2));
	int fd, error = 0;
	getName(the, 0, name);
	spareName(name, spare);
	if (!flush)
		renameat(folder(the), spare, folder(the), name); /* there may be none */
	fd = openat(folder(the), name, O_WRONLY | O_CREAT | (flush ? O_TRUNC : 0) | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		hostThrow(the, "EIO", "%s cannot be written: %s", name, strerror(errno));
	xsTry
	{
		xsmcGetBufferReadable(xsArg(1), &data, &size);
	}
	xsCatch
	{
		close(fd);
		xsThrow(xsException);
	}
	/* a file without a block yet would be an empty one after a power cut */
	if (fstat(fd, &status) || (status.st_blocks == 0))
		flush = true;
	while (!error && (offset < size)) {
		ssize_t count = write(fd, (uint8_t*)data + offset, size - offset);
		if (count >= 0)
			offset += (xsUnsignedValue)count;
		else if (errno != EINTR)
			error = errno;
	}
	if (!error && (status.st_size > (off_t)size) && ftruncate(fd, (off_t)size))
		error = errno;
	if (!error && flush && fdatasync(fd))
		error = errno;
	if (close(fd) && !error)
		error = errno;
	if (error)
		hostThrow(the, (error == ENOSPC) ? "ENOSPC" : "EIO", "%s cannot be written: %s", name, strerror(error));
}

void xs_files_move(xsMachine* the)
{
	char from[kNameSize + 1], to[kNameSize + 1], spare[kNameSize + 2];
	bool flush = (xsmcArgc > 2) && xsmcTest(xsArg(2));
	int fd;
	getName(the, 0, from);
	getName(the, 1, to);
	fd = folder(the);
	spareName(from, spare);
	if (!flush && !renameat2(fd, from, fd, to, RENAME_EXCHANGE)) {
		if (renameat(fd, from, fd, spare))
			unlinkat(fd, from, 0);
		return;
	}
	if (renameat(fd, from, fd, to) || (flush && fsync(fd)))
		hostThrow(the, "EIO", "%s cannot be moved to %s: %s", from, to, strerror(errno));
}

void xs_files_remove(xsMachine* the)
{
	char name[kNameSize + 1], spare[kNameSize + 2];
	getName(the, 0, name);
	spareName(name, spare);
	unlinkat(folder(the), spare, 0); /* it may hold what is to be forgotten */
	if (unlinkat(folder(the), name, 0) == 0) {
		xsmcSetTrue(xsResult);
		return;
	}
	if (errno != ENOENT)
		hostThrow(the, "EIO", "%s cannot be removed: %s", name, strerror(errno));
	xsmcSetFalse(xsResult);
}

void xs_files_list(xsMachine* the)
{
	int fd = openat(folder(the), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR* directory = (fd < 0) ? NULL : fdopendir(fd);
	struct dirent* entry;
	xsIndex count = 0;
	if (!directory) {
		if (fd >= 0)
			close(fd);
		hostThrow(the, "EIO", "the storage folder cannot be read: %s", strerror(errno));
	}
	xsTry
	{
		xsmcVars(1);
		xsmcSetNewArray(xsResult, 0);
		while ((entry = readdir(directory))) {
			if (!validName(entry->d_name) || (entry->d_type == DT_DIR))
				continue;
			xsmcSetString(xsVar(0), entry->d_name);
			xsmcSetIndex(xsResult, count, xsVar(0));
			count++;
		}
	}
	xsCatch
	{
		closedir(directory);
		xsThrow(xsException);
	}
	closedir(directory);
}

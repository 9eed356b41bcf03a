/*
 * The storage folder.
 */
#ifndef __LINUX_STORAGE__
#define __LINUX_STORAGE__

#include <stdbool.h>

/*
 * Makes and locks the folder; NULL for the user's own. With `reset` its files are removed first.
 * NULL when all is well, else what is wrong, as a sentence.
 */
const char* storageOpen(const char* folder, bool reset);

/* The open folder; a temporary one when none was opened. -1 with errno. */
int hostStorage(void);

/* Removes the temporary folder. */
void storageClose(void);

#endif /* __LINUX_STORAGE__ */

/* What the engine knows of its own heap. Its headers and the natives' xsmc.h do not go together. */
#include "xsAll.h"

#include <esp_heap_caps.h>

extern void hostMemory(txMachine* the, double* used, double* peak, double* free);

/*
 * Bytes of the whole chip's heap. The machine takes its part of it at once; what it does not use of that is free to the
 * program, and counted so.
 */
void hostMemory(txMachine* the, double* used, double* peak, double* free)
{
	double total = (double)heap_caps_get_total_size(MALLOC_CAP_8BIT);
	double maximum = (double)the->maximumChunksSize + ((double)the->maximumHeapCount * sizeof(txSlot));
	double current = (double)the->currentChunksSize + ((double)the->currentHeapCount * sizeof(txSlot));
	double most = (double)the->peakChunksSize + ((double)the->peakHeapCount * sizeof(txSlot));
	*free = (double)heap_caps_get_free_size(MALLOC_CAP_8BIT) + (maximum - current);
	*used = total - *free;
	*peak = total - (double)heap_caps_get_minimum_free_size(MALLOC_CAP_8BIT) - (maximum - most);
}

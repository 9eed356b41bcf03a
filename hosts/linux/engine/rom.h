/*
 * The microcontroller-like variant: what is preloaded stands in a machine of its own, as in flash, and the application's
 * machine has one block of memory of a given size. To be included after xsAll.h.
 */
#ifndef __LINUX_ROM__
#define __LINUX_ROM__

/* The block, and what the census and messages need of it. */
typedef struct {
	txMachine* root;
	txMachine* machine;
	txByte* base;
	txByte* end;
	txByte* low;   /* chunks end here */
	txByte* high;  /* slots begin here */
	size_t peak;   /* most bytes that chunks, slots and the stack took together */
	size_t native; /* bytes of malloc before the application's machine was made */
} RomBlock;

extern RomBlock gRom;

/*
 * Preloads what the manifest names, freezes it, and makes the application's machine in a block of that many bytes:
 * chunks grow up from its start, slots and the stack down from its end. The stack has so many slots, 0: as on a device.
 */
txMachine* romCreate(size_t bytes, int stack);

/* Prints the preloaded objects and variables that can still change, one a line. Their number. */
int romMutable(txMachine* the);

/* Says how full the block is, and ends the process with kRomFull. */
void romFull(void) __attribute__((noreturn));

/* Prints the calls that filled the stack, and what each takes of it. */
void romDeep(txMachine* the);

/* Bytes of the ESP32-C3's default static heap. */
#define kRomDefault 94208

/* What the block is filled with at first. */
#define kRomFill 0xA5A5A5A5u

/* The exit status when the block is full. */
#define kRomFull 3

/* Prints what lives in the block as one line of JSON on standard error, at each SIGUSR1. */
void romWatchCensus(txMachine* the);

#endif /* __LINUX_ROM__ */

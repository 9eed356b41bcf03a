/*
 * The arguments of host/udp (hosts/contract/udp.d.ts), checked the same on every host. To be included after xsmc.h.
 */
#ifndef __UDP_ARGUMENTS__
#define __UDP_ARGUMENTS__

#include <stdbool.h>
#include <stdint.h>

/* address 16, port 2 (big-endian), interface index 4 (little-endian) */
#define kAddressSize 22
#define kGroupSize 16

typedef struct {
	uint16_t port;
	bool reuse;
} UdpOptions;

/* The constructor's; leaves onReadable in xsVar(0), the only variable. */
UdpOptions udpOptions(xsMachine* the);

typedef struct {
	uint8_t* buffer;
	xsUnsignedValue size;
	uint8_t* from;
} UdpRead;

/* Pointers are good until the next allocation in the machine. */
UdpRead udpRead(xsMachine* the);
/* length bytes came from there, by that interface. */
void udpFrom(uint8_t* from, const void* address, uint16_t port, uint32_t index);

typedef struct {
	uint8_t to[kAddressSize];
	uint16_t port;
	uint32_t index;
	const uint8_t* bytes;
	xsUnsignedValue length;
} UdpWrite;

void udpWrite(xsMachine* the, UdpWrite* write);

/* The index of the interface; group gets 16 bytes. */
uint32_t udpGroup(xsMachine* the, uint8_t* group);

#endif /* __UDP_ARGUMENTS__ */

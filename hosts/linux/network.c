#define _GNU_SOURCE
#include "xsmc.h"
#include "host.h"

#include <errno.h>
#include <ifaddrs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <netpacket/packet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Changes come in bursts: a link that comes up brings several addresses. */
#define kSettleMilliseconds 200

enum { /* InterfaceTypeEnum, Matter Core 11.12.4.2 */
	kUnspecified = 0,
	kWiFi = 1,
	kEthernet = 2,
	kCellular = 3,
	kThread = 4,
};

static int interfaceType(const char* name, int hardware)
{
	static const char* const wireless[] = { "wireless", "phy80211" };
	char path[64 + IF_NAMESIZE];
	size_t i;
	for (i = 0; i < (sizeof(wireless) / sizeof(wireless[0])); i++) {
		snprintf(path, sizeof(path), "/sys/class/net/%s/%s", name, wireless[i]);
		if (access(path, F_OK) == 0)
			return kWiFi;
	}
	if (!strncmp(name, "wwan", 4))
		return kCellular;
	if (!strncmp(name, "wpan", 4))
		return kThread;
	return (hardware == ARPHRD_ETHER) ? kEthernet : kUnspecified;
}

/* Tentative and deprecated addresses are not for use; getifaddrs does not tell them, this text does. */
static void readAddressFlags(char* text, size_t size)
{
	FILE* file = fopen("/proc/net/if_inet6", "re");
	size_t length = 0;
	if (file) {
		length = fread(text, 1, size - 1, file);
		fclose(file);
	}
	text[length] = 0;
}

static bool usable(const char* text, const uint8_t* address, unsigned index)
{
	const char* line;
	char wanted[33];
	int i;
	for (i = 0; i < 16; i++)
		snprintf(wanted + (2 * i), 3, "%02x", address[i]);
	for (line = text; line && *line; line = strchr(line, '\n')) {
		unsigned device, prefix, scope, flags;
		if (*line == '\n')
			line++;
		if (!strncmp(line, wanted, 32) && (sscanf(line + 32, "%x %x %x %x", &device, &prefix, &scope, &flags) == 4) &&
			(device == index))
			return !(flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED | IFA_F_DEPRECATED)) || (flags & IFA_F_OPTIMISTIC);
	}
	return true;
}

/* xsVar(3): a Uint8Array of those bytes */
static void makeBytes(xsMachine* the, const void* bytes, int size)
{
	xsmcSetArrayBuffer(xsVar(2), (void*)bytes, size);
	xsVar(3) = xsNew1(xsGlobal, xsID("Uint8Array"), xsVar(2));
}

static void addAddress(xsMachine* the, const char* flags, const struct ifaddrs* item, unsigned index, xsIndex* count)
{
	uint8_t bytes[16] = { 0 };
	if (item->ifa_addr->sa_family == AF_INET) {
		bytes[10] = bytes[11] = 0xFF;
		memcpy(bytes + 12, &((struct sockaddr_in*)item->ifa_addr)->sin_addr, 4);
	} else {
		memcpy(bytes, &((struct sockaddr_in6*)item->ifa_addr)->sin6_addr, 16);
		if (!usable(flags, bytes, index))
			return;
	}
	makeBytes(the, bytes, 16);
	xsmcSetIndex(xsVar(1), *count, xsVar(3));
	(*count)++;
}

void xs_network_interfaces(xsMachine* the)
{
	struct ifaddrs* list = NULL;
	struct ifaddrs* item;
	struct ifaddrs* other;
	char flags[16 * 1024];
	volatile xsIndex count = 0;
	if (getifaddrs(&list))
		hostThrow(the, "EIO", "the network interfaces cannot be listed: %s", strerror(errno));
	readAddressFlags(flags, sizeof(flags));
	xsTry
	{
		xsmcVars(5);
		xsmcSetNewArray(xsResult, 0);
		for (item = list; item; item = item->ifa_next) {
			const struct sockaddr_ll* link = (struct sockaddr_ll*)item->ifa_addr;
			bool loopback = (item->ifa_flags & IFF_LOOPBACK) != 0;
			xsIndex addresses = 0;
			/* each interface has one entry of its link layer */
			if (!link || (link->sll_family != AF_PACKET))
				continue;
			if (gHost.interfaceName && strcmp(gHost.interfaceName, item->ifa_name))
				continue;
			xsmcSetNewObject(xsVar(0));
			xsmcSetString(xsVar(4), item->ifa_name);
			xsmcSet(xsVar(0), xsID("name"), xsVar(4));
			xsmcSetInteger(xsVar(4), link->sll_ifindex);
			xsmcSet(xsVar(0), xsID("index"), xsVar(4));
			xsmcSetInteger(xsVar(4), loopback ? kUnspecified : interfaceType(item->ifa_name, link->sll_hatype));
			xsmcSet(xsVar(0), xsID("type"), xsVar(4));
			xsmcSetBoolean(xsVar(4), ((item->ifa_flags & IFF_UP) && (item->ifa_flags & IFF_RUNNING)));
			xsmcSet(xsVar(0), xsID("up"), xsVar(4));
			xsmcSetBoolean(xsVar(4), loopback);
			xsmcSet(xsVar(0), xsID("loopback"), xsVar(4));
			makeBytes(the, link->sll_addr,
				(!loopback && ((link->sll_halen == 6) || (link->sll_halen == 8))) ? link->sll_halen : 0);
			xsmcSet(xsVar(0), xsID("mac"), xsVar(3));
			xsmcSetNewArray(xsVar(1), 0);
			xsmcSet(xsVar(0), xsID("addresses"), xsVar(1));
			for (other = list; other; other = other->ifa_next) {
				if (other->ifa_addr && !strcmp(other->ifa_name, item->ifa_name) &&
					((other->ifa_addr->sa_family == AF_INET) || (other->ifa_addr->sa_family == AF_INET6)))
					addAddress(the, flags, other, (unsigned)link->sll_ifindex, &addresses);
			}
			xsmcSetIndex(xsResult, count, xsVar(0));
			count++;
		}
	}
	xsCatch
	{
		freeifaddrs(list);
		xsThrow(xsException);
	}
	freeifaddrs(list);
}

/* CHANGES */

static LoopSource gNetlink = { .fd = -1 };
static LoopTimer gSettle;
static xsMachine* gMachine = NULL;
static xsSlot gCallback;

static void changeSettled(LoopTimer* timer)
{
	xsMachine* the = gMachine;
	xsSlot self = xsUndefined;
	hostCall(the, &self, &gCallback);
}

static void changeReady(LoopSource* source, uint32_t events)
{
	char buffer[8192];
	bool some = false;
	ssize_t count;
	while (
		((count = recv(source->fd, buffer, sizeof(buffer), MSG_DONTWAIT)) > 0) || ((count < 0) && (errno == ENOBUFS)))
		some = true;
	/* the first change sets the time: a flapping link must not silence it */
	if (some && !gSettle.active)
		loopSchedule(&gSettle, loopNow() + kSettleMilliseconds);
}

void xs_network_onChange(xsMachine* the)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK,
		.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR };
	bool watch = (xsmcArgc > 0) && (xsmcTypeOf(xsArg(0)) != xsUndefinedType);
	if (watch && !xsmcIsCallable(xsArg(0)))
		xsTypeError("callback is no function");
	/* a remembered slot is a link of the machine's list: it is not written to */
	if (gMachine)
		xsForget(gCallback);
	gMachine = NULL;
	if (!watch) {
		loopUnschedule(&gSettle);
		if (gNetlink.added) {
			loopRemove(&gNetlink);
			close(gNetlink.fd);
		}
		return;
	}
	gMachine = the;
	gCallback = xsArg(0);
	xsRemember(gCallback);
	if (gNetlink.added)
		return;
	gSettle.fired = changeSettled;
	gNetlink.ready = changeReady;
	gNetlink.holds = false;
	gNetlink.fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	if ((gNetlink.fd < 0) || bind(gNetlink.fd, (struct sockaddr*)&address, sizeof(address)) || !loopAdd(&gNetlink)) {
		if (gNetlink.fd >= 0)
			close(gNetlink.fd);
		gNetlink.fd = -1;
		hostThrow(the, "EIO", "network changes cannot be watched: %s", strerror(errno));
	}
}

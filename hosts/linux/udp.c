#define _GNU_SOURCE
#include "xsmc.h"
#include "host.h"
#include "udparguments.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef IPV6_MULTICAST_ALL
#define IPV6_MULTICAST_ALL 29
#endif

typedef struct {
	LoopSource source; /* first: the loop hands it back */
	xsMachine* the;
	xsSlot self; /* remembered while the socket is open */
	xsSlot onReadable;
	uint16_t port;
	uint32_t tooLong;
	uint32_t overflow; /* as the kernel counts */
} Socket;

static void socketMark(xsMachine* the, void* it, xsMarkRoot markRoot)
{
	Socket* udp = it;
	(*markRoot)(the, &udp->onReadable);
}

static void socketClose(Socket* udp)
{
	if (udp->source.fd >= 0) {
		loopRemove(&udp->source);
		close(udp->source.fd);
		udp->source.fd = -1;
	}
}

void xs_udp_destructor(void* it)
{
	if (it) {
		socketClose(it);
		free(it);
	}
}

static const xsHostHooks gHooks = { xs_udp_destructor, socketMark, NULL };

static Socket* socketGet(xsMachine* the)
{
	return xsmcGetHostDataValidate(xsThis, (void*)&gHooks);
}

static Socket* socketGetOpen(xsMachine* the)
{
	Socket* udp = socketGet(the);
	if (udp->source.fd < 0)
		xsUnknownError("the socket is closed");
	return udp;
}

static void socketReady(LoopSource* source, uint32_t events)
{
	Socket* udp = (Socket*)source;
	xsSlot self = udp->self;
	hostCall(udp->the, &self, &udp->onReadable);
}

static void setOption(int fd, int level, int name, int value)
{
	/* what an older kernel does not know, it does not need */
	(void)setsockopt(fd, level, name, &value, sizeof(value));
}

void xs_udp_constructor(xsMachine* the)
{
	Socket* udp;
	struct sockaddr_in6 address = { .sin6_family = AF_INET6 };
	socklen_t length = sizeof(address);
	UdpOptions options = udpOptions(the);
	int fd;

	fd = socket(AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		hostThrow(the, "EAFNOSUPPORT", "this computer has no IPv6: %s", strerror(errno));
	setOption(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
	setOption(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
	setOption(fd, IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0);
	setOption(fd, IPPROTO_IP, IP_MULTICAST_ALL, 0);
	setOption(fd, SOL_SOCKET, SO_RXQ_OVFL, 1);
	/* RFC 6762 section 11: everything of multicast DNS is sent with 255 hops; groups reach beyond the link, too */
	setOption(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, 255);
	if (options.reuse) {
		setOption(fd, SOL_SOCKET, SO_REUSEADDR, 1);
		setOption(fd, SOL_SOCKET, SO_REUSEPORT, 1);
		setOption(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 255);
		setOption(fd, IPPROTO_IP, IP_TTL, 255);
		setOption(fd, IPPROTO_IP, IP_MULTICAST_TTL, 255);
	}
	address.sin6_port = htons(options.port);
	if (bind(fd, (struct sockaddr*)&address, sizeof(address)) || getsockname(fd, (struct sockaddr*)&address, &length)) {
		int error = errno;
		close(fd);
		if (error == EADDRINUSE)
			hostThrow(the, "EADDRINUSE", "port %d is in use", options.port);
		hostThrow(
			the, (error == EACCES) ? "EACCES" : "EIO", "port %d cannot be opened: %s", options.port, strerror(error));
	}
	udp = calloc(1, sizeof(Socket));
	if (!udp) {
		close(fd);
		xsUnknownError("no memory");
	}
	udp->source.fd = fd;
	udp->source.ready = socketReady;
	udp->source.holds = true;
	udp->the = the;
	udp->port = ntohs(address.sin6_port);
	udp->onReadable = xsVar(0);
	udp->self = xsThis;
	xsmcSetHostData(xsThis, udp);
	xsSetHostHooks(xsThis, &gHooks);
	if (!loopAdd(&udp->source)) {
		socketClose(udp);
		xsUnknownError("no event loop");
	}
	xsRemember(udp->self);
}

void xs_udp_read(xsMachine* the)
{
	Socket* udp = socketGet(the);
	UdpRead read;
	xsmcSetInteger(xsResult, -1);
	if (udp->source.fd < 0)
		return;
	read = udpRead(the);
	for (;;) {
		struct sockaddr_in6 address;
		struct iovec vector = { read.buffer, read.size };
		union {
			struct cmsghdr header;
			char bytes[CMSG_SPACE(sizeof(struct in6_pktinfo)) + CMSG_SPACE(sizeof(uint32_t))];
		} control;
		struct msghdr message = { .msg_name = &address,
			.msg_namelen = sizeof(address),
			.msg_iov = &vector,
			.msg_iovlen = 1,
			.msg_control = &control,
			.msg_controllen = sizeof(control) };
		struct cmsghdr* item;
		uint32_t index = 0;
		ssize_t count = recvmsg(udp->source.fd, &message, 0);
		if (count < 0) {
			if (errno == EINTR)
				continue;
			return;
		}
		for (item = CMSG_FIRSTHDR(&message); item; item = CMSG_NXTHDR(&message, item)) {
			if ((item->cmsg_level == IPPROTO_IPV6) && (item->cmsg_type == IPV6_PKTINFO)) {
				struct in6_pktinfo info;
				memcpy(&info, CMSG_DATA(item), sizeof(info));
				index = (uint32_t)info.ipi6_ifindex;
			} else if ((item->cmsg_level == SOL_SOCKET) && (item->cmsg_type == SO_RXQ_OVFL))
				memcpy(&udp->overflow, CMSG_DATA(item), sizeof(uint32_t));
		}
		if (message.msg_flags & MSG_TRUNC) {
			udp->tooLong++;
			continue;
		}
		if (message.msg_namelen < sizeof(address))
			continue;
		udpFrom(read.from, &address.sin6_addr, ntohs(address.sin6_port), index);
		xsmcSetInteger(xsResult, (int)count);
		return;
	}
}

void xs_udp_write(xsMachine* the)
{
	Socket* udp = socketGet(the);
	struct sockaddr_in6 address = { .sin6_family = AF_INET6 };
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(struct in6_pktinfo))];
	} control;
	struct iovec vector;
	struct msghdr message = {
		.msg_name = &address, .msg_namelen = sizeof(address), .msg_iov = &vector, .msg_iovlen = 1
	};
	UdpWrite write;
	ssize_t count;
	udpWrite(the, &write);
	xsmcSetFalse(xsResult);
	if (udp->source.fd < 0)
		return;
	memcpy(&address.sin6_addr, write.to, 16);
	memcpy(&address.sin6_port, write.to + 16, 2);
	vector.iov_base = (void*)write.bytes;
	vector.iov_len = write.length;
	if (write.index) {
		bool mapped = IN6_IS_ADDR_V4MAPPED(&address.sin6_addr);
		if (IN6_IS_ADDR_LINKLOCAL(&address.sin6_addr) || IN6_IS_ADDR_MC_LINKLOCAL(&address.sin6_addr))
			address.sin6_scope_id = write.index;
		/* an IPv4 group has no scope; other addresses are left to the routing table */
		else if (IN6_IS_ADDR_MULTICAST(&address.sin6_addr) || (mapped && ((write.to[12] & 0xF0) == 0xE0))) {
			struct in6_pktinfo info = { .ipi6_ifindex = (int)write.index };
			if (mapped)
				info.ipi6_addr.s6_addr[10] = info.ipi6_addr.s6_addr[11] = 0xFF;
			memset(&control, 0, sizeof(control));
			control.header.cmsg_level = IPPROTO_IPV6;
			control.header.cmsg_type = IPV6_PKTINFO;
			control.header.cmsg_len = CMSG_LEN(sizeof(info));
			memcpy(CMSG_DATA(&control.header), &info, sizeof(info));
			message.msg_control = &control;
			message.msg_controllen = sizeof(control);
		}
	}
	do {
		count = sendmsg(udp->source.fd, &message, MSG_NOSIGNAL);
	} while ((count < 0) && (errno == EINTR));
	if (count == (ssize_t)write.length)
		xsmcSetTrue(xsResult);
}

static bool member(xsMachine* the, Socket* udp, bool add)
{
	struct in6_addr address;
	uint32_t index = udpGroup(the, address.s6_addr);
	if (IN6_IS_ADDR_V4MAPPED(&address)) {
		struct ip_mreqn request = { .imr_ifindex = (int)index };
		memcpy(&request.imr_multiaddr, &address.s6_addr[12], 4);
		return setsockopt(udp->source.fd, IPPROTO_IP, add ? IP_ADD_MEMBERSHIP : IP_DROP_MEMBERSHIP, &request,
				   sizeof(request)) == 0;
	} else {
		struct ipv6_mreq request = { .ipv6mr_multiaddr = address, .ipv6mr_interface = index };
		return setsockopt(udp->source.fd, IPPROTO_IPV6, add ? IPV6_ADD_MEMBERSHIP : IPV6_DROP_MEMBERSHIP, &request,
				   sizeof(request)) == 0;
	}
}

void xs_udp_join(xsMachine* the)
{
	Socket* udp = socketGetOpen(the);
	/* being a member already is as good */
	bool result = member(the, udp, true) || (errno == EADDRINUSE);
	xsmcSetBoolean(xsResult, result);
}

void xs_udp_leave(xsMachine* the)
{
	Socket* udp = socketGetOpen(the);
	member(the, udp, false);
}

void xs_udp_close(xsMachine* the)
{
	Socket* udp = socketGet(the);
	if (udp->source.fd >= 0) {
		socketClose(udp);
		xsForget(udp->self);
	}
}

void xs_udp_get_port(xsMachine* the)
{
	xsmcSetInteger(xsResult, socketGet(the)->port);
}

void xs_udp_get_dropped(xsMachine* the)
{
	Socket* udp = socketGet(the);
	xsmcSetNumber(xsResult, (double)udp->tooLong + (double)udp->overflow);
}

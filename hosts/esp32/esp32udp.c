#include "xsmc.h"
#include "xsHost.h"
#include "esp32loop.h"
#include "udparguments.h"

#include <esp_netif.h>
#include <lwip/igmp.h>
#include <lwip/mld6.h>
#include <lwip/netif.h>
#include <lwip/priv/tcpip_priv.h>
#include <lwip/sys.h>
#include <lwip/udp.h>
#include <stdlib.h>
#include <string.h>

/* Datagrams that may wait: P-256 keeps the machine busy for long. */
#define kQueueLength 8

/* A datagram of Ethernet's size and a little; what is longer is no message of Matter or multicast DNS. */
#define kLongest 1500

/* Groups that one socket may join: four for each of five fabrics (Matter Core 2.11.1.2). Multicast DNS has two on each interface. */
#define kGroups 24

/* RFC 6762 section 11: everything of multicast DNS is sent with 255 hops; groups reach beyond the link, too */
#define kHops 255

typedef struct {
	struct pbuf* data; /* one piece, on the heap */
	uint8_t from[kAddressSize];
} Datagram;

typedef struct {
	uint8_t address[kGroupSize]; /* IPv4 as ::ffff:a.b.c.d */
	uint8_t index;               /* 0: free */
} Group;

typedef struct {
	Wake wake; /* first: the loop hands it back */
	xsMachine* the;
	xsSlot self; /* remembered while the socket is open */
	xsSlot onReadable;
	struct udp_pcb* pcb; /* NULL when closed; lwIP's task alone uses what it points to */
	uint16_t port;
	uint32_t tooLong;
	/* both tasks, with SYS_ARCH_PROTECT */
	uint32_t overflow;
	uint8_t first;
	uint8_t count;
	Datagram queue[kQueueLength];
	/* lwIP's task */
	Group groups[kGroups];
} Socket;

/* One call on lwIP's task. */
typedef struct {
	struct tcpip_api_call_data call; /* first: lwIP hands it back */
	Socket* udp;
	const uint8_t* address; /* 16 bytes */
	uint32_t index;
	struct pbuf* data;
	uint16_t port;
	bool flag;
} Call;

/* ON LWIP'S TASK */

static void toBytes(const ip_addr_t* address, uint8_t* bytes)
{
	memset(bytes, 0, 16);
	if (IP_IS_V4(address)) {
		bytes[10] = bytes[11] = 0xFF;
		memcpy(bytes + 12, &ip_2_ip4(address)->addr, 4);
	} else
		memcpy(bytes, ip_2_ip6(address)->addr, 16);
}

/* lwIP hands a group's datagrams to every socket of the port, whoever joined. */
static bool isMeant(const Socket* udp, uint8_t index)
{
	const ip_addr_t* address = ip_current_dest_addr();
	uint8_t bytes[16];
	int i;
	if (!ip_addr_ismulticast(address))
		return true;
	toBytes(address, bytes);
	for (i = 0; i < kGroups; i++) {
		if (udp->groups[i].index && (udp->groups[i].index == index) && !memcmp(udp->groups[i].address, bytes, 16))
			return true;
	}
	return false;
}

static void received(void* it, struct udp_pcb* pcb, struct pbuf* data, const ip_addr_t* address, u16_t port)
{
	Socket* udp = it;
	struct netif* netif = ip_current_input_netif();
	uint8_t index = netif ? netif_get_index(netif) : 0;
	struct pbuf* copy;
	SYS_ARCH_DECL_PROTECT(level);
	if (!isMeant(udp, index)) {
		pbuf_free(data);
		return;
	}
	/* Wi-Fi has few buffers: it gets its own back at once. The copy is in one piece however long the chain was. */
	copy = (data->tot_len <= kLongest) ? pbuf_clone(PBUF_RAW, PBUF_RAM, data) : NULL;
	pbuf_free(data);
	SYS_ARCH_PROTECT(level);
	if (copy && (udp->count < kQueueLength)) {
		Datagram* datagram = &udp->queue[(udp->first + udp->count++) % kQueueLength];
		uint8_t bytes[16];
		datagram->data = copy;
		copy = NULL;
		toBytes(address, bytes);
		udpFrom(datagram->from, bytes, port, index);
	} else
		udp->overflow++;
	SYS_ARCH_UNPROTECT(level);
	if (copy)
		pbuf_free(copy);
	wakeRaise(&udp->wake);
}

static err_t callOpen(struct tcpip_api_call_data* it)
{
	Call* call = (Call*)it;
	struct udp_pcb* pcb = udp_new_ip_type(IPADDR_TYPE_ANY);
	err_t error;
	if (!pcb)
		return ERR_MEM;
	if (call->flag) {
#if SO_REUSE
		ip_set_option(pcb, SOF_REUSEADDR);
#endif
		pcb->ttl = kHops;
	}
	udp_set_multicast_ttl(pcb, kHops);
	error = udp_bind(pcb, IP_ANY_TYPE, call->port);
	if (error) {
		udp_remove(pcb);
		return error;
	}
	udp_recv(pcb, received, call->udp);
	call->udp->pcb = pcb;
	call->udp->port = pcb->local_port;
	return ERR_OK;
}

/* The bytes as lwIP's address. A link-local one belongs to that interface. */
static void toAddress(const uint8_t* bytes, struct netif* netif, ip_addr_t* result)
{
	static const uint8_t mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF };
	memset(result, 0, sizeof(*result));
	if (!memcmp(bytes, mapped, sizeof(mapped))) {
		IP_SET_TYPE_VAL(*result, IPADDR_TYPE_V4);
		memcpy(&ip_2_ip4(result)->addr, bytes + 12, 4);
	} else {
		IP_SET_TYPE_VAL(*result, IPADDR_TYPE_V6);
		memcpy(ip_2_ip6(result)->addr, bytes, 16);
		ip6_addr_clear_zone(ip_2_ip6(result));
		if (netif)
			ip6_addr_assign_zone(ip_2_ip6(result), IP6_UNKNOWN, netif);
	}
}

static bool membership(const uint8_t* bytes, struct netif* netif, bool add)
{
	ip_addr_t group;
	toAddress(bytes, netif, &group);
	if (IP_IS_V4_VAL(group))
		return !(add ? igmp_joingroup_netif(netif, ip_2_ip4(&group)) : igmp_leavegroup_netif(netif, ip_2_ip4(&group)));
	return !(add ? mld6_joingroup_netif(netif, ip_2_ip6(&group)) : mld6_leavegroup_netif(netif, ip_2_ip6(&group)));
}

static void leaveGroup(Group* group)
{
	struct netif* netif = netif_get_by_index(group->index);
	if (netif)
		membership(group->address, netif, false);
	group->index = 0;
}

static err_t callClose(struct tcpip_api_call_data* it)
{
	Socket* udp = ((Call*)it)->udp;
	int i;
	for (i = 0; i < kGroups; i++) {
		if (udp->groups[i].index)
			leaveGroup(&udp->groups[i]);
	}
	udp_remove(udp->pcb);
	udp->pcb = NULL;
	return ERR_OK;
}

/* flag: join */
static err_t callMember(struct tcpip_api_call_data* it)
{
	Call* call = (Call*)it;
	struct netif* netif = ((call->index > 0) && (call->index < 256)) ? netif_get_by_index((u8_t)call->index) : NULL;
	Group* empty = NULL;
	int i;
	for (i = 0; i < kGroups; i++) {
		Group* group = &call->udp->groups[i];
		if (!group->index)
			empty = group;
		else if ((group->index == call->index) && !memcmp(group->address, call->address, 16)) {
			/* being a member already is as good */
			if (!call->flag)
				leaveGroup(group);
			return ERR_OK;
		}
	}
	if (!call->flag)
		return ERR_OK;
	if (!netif || !empty || !membership(call->address, netif, true))
		return ERR_VAL;
	memcpy(empty->address, call->address, 16);
	empty->index = (uint8_t)call->index;
	return ERR_OK;
}

static err_t callWrite(struct tcpip_api_call_data* it)
{
	Call* call = (Call*)it;
	struct netif* netif = ((call->index > 0) && (call->index < 256)) ? netif_get_by_index((u8_t)call->index) : NULL;
	ip_addr_t address;
	bool bound;
	toAddress(call->address, netif, &address);
	bound = ip_addr_ismulticast(&address) || ip_addr_islinklocal(&address);
	/* the interface that was meant is gone; addresses that are routed do without it */
	if (call->index && !netif && bound)
		return ERR_RTE;
	if (netif && bound)
		return udp_sendto_if(call->udp->pcb, call->data, &address, call->port, netif);
	return udp_sendto(call->udp->pcb, call->data, &address, call->port);
}

/* ON THE MACHINE'S TASK */

static bool take(Socket* udp, Datagram* datagram)
{
	bool result = false;
	SYS_ARCH_DECL_PROTECT(level);
	SYS_ARCH_PROTECT(level);
	if (udp->count) {
		*datagram = udp->queue[udp->first];
		udp->first = (udp->first + 1) % kQueueLength;
		udp->count--;
		result = true;
	}
	SYS_ARCH_UNPROTECT(level);
	return result;
}

static void socketMark(xsMachine* the, void* it, xsMarkRoot markRoot)
{
	Socket* udp = it;
	(*markRoot)(the, &udp->onReadable);
}

static void socketClose(Socket* udp)
{
	Call call = { .udp = udp };
	Datagram datagram;
	if (!udp->pcb)
		return;
	/* received does not run any more when this is done */
	tcpip_api_call(callClose, &call.call);
	wakeRemove(&udp->wake);
	while (take(udp, &datagram))
		pbuf_free(datagram.data);
}

void xs_esp32udp_destructor(void* it)
{
	if (it) {
		socketClose(it);
		free(it);
	}
}

static const xsHostHooks gHooks = { xs_esp32udp_destructor, socketMark, NULL };

static Socket* socketGet(xsMachine* the)
{
	return xsmcGetHostDataValidate(xsThis, (void*)&gHooks);
}

static Socket* socketGetOpen(xsMachine* the)
{
	Socket* udp = socketGet(the);
	if (!udp->pcb)
		xsUnknownError("the socket is closed");
	return udp;
}

static void socketReady(Wake* wake)
{
	Socket* udp = (Socket*)wake;
	xsMachine* the = udp->the;
	xsSlot self = udp->self;
	if (!udp->count)
		return; /* read already, or counted as dropped */
	xsBeginHost(the);
	{
		/* the object stays on the stack of the call: it may be closed in it */
		xsmcVars(2);
		xsVar(0) = self;
		xsVar(1) = udp->onReadable;
		xsCallFunction0(xsVar(1), xsVar(0));
		if (udp->pcb && udp->count)
			wakeAgain(&udp->wake);
	}
	xsEndHost(the);
}

void xs_esp32udp_constructor(xsMachine* the)
{
	Socket* udp;
	Call call = { 0 };
	UdpOptions options = udpOptions(the);
	err_t error;
	call.flag = options.reuse;
	call.port = options.port;
	if (esp_netif_init())
		hostThrow(the, "EIO", "the network cannot be started");
	udp = calloc(1, sizeof(Socket));
	if (!udp)
		xsUnknownError("no memory");
	udp->the = the;
	udp->wake.ready = socketReady;
	wakeAdd(the, &udp->wake);
	call.udp = udp;
	error = tcpip_api_call(callOpen, &call.call);
	if (error) {
		wakeRemove(&udp->wake);
		free(udp);
		if (error == ERR_USE)
			hostThrow(the, "EADDRINUSE", "port %d is in use", options.port);
		hostThrow(the, "EIO", "port %d cannot be opened: lwIP error %d", options.port, (int)error);
	}
	udp->onReadable = xsVar(0);
	udp->self = xsThis;
	xsmcSetHostData(xsThis, udp);
	xsSetHostHooks(xsThis, &gHooks);
	xsRemember(udp->self);
}

void xs_esp32udp_read(xsMachine* the)
{
	Socket* udp = socketGet(the);
	Datagram datagram;
	UdpRead read;
	xsmcSetInteger(xsResult, -1);
	if (!udp->pcb)
		return;
	read = udpRead(the);
	while (take(udp, &datagram)) {
		uint16_t length = datagram.data->tot_len;
		bool fits = (length <= read.size) && (pbuf_copy_partial(datagram.data, read.buffer, length, 0) == length);
		pbuf_free(datagram.data);
		if (!fits) {
			udp->tooLong++;
			continue;
		}
		memcpy(read.from, datagram.from, kAddressSize);
		xsmcSetInteger(xsResult, length);
		return;
	}
}

void xs_esp32udp_write(xsMachine* the)
{
	Socket* udp = socketGet(the);
	Call call = { .udp = udp };
	UdpWrite write;
	udpWrite(the, &write);
	xsmcSetFalse(xsResult);
	if (!udp->pcb || (write.length > UINT16_MAX))
		return;
	call.data = pbuf_alloc(PBUF_TRANSPORT, (u16_t)write.length, PBUF_RAM);
	if (!call.data)
		return;
	pbuf_take(call.data, write.bytes, (u16_t)write.length);
	call.address = write.to;
	call.port = write.port;
	call.index = write.index;
	if (tcpip_api_call(callWrite, &call.call) == ERR_OK)
		xsmcSetTrue(xsResult);
	pbuf_free(call.data);
}

static bool member(xsMachine* the, Socket* udp, bool add)
{
	Call call = { .udp = udp, .flag = add };
	uint8_t address[kGroupSize];
	call.index = udpGroup(the, address);
	call.address = address;
	return tcpip_api_call(callMember, &call.call) == ERR_OK;
}

void xs_esp32udp_join(xsMachine* the)
{
	Socket* udp = socketGetOpen(the);
	bool result = member(the, udp, true);
	xsmcSetBoolean(xsResult, result);
}

void xs_esp32udp_leave(xsMachine* the)
{
	Socket* udp = socketGetOpen(the);
	member(the, udp, false);
}

void xs_esp32udp_close(xsMachine* the)
{
	Socket* udp = socketGet(the);
	if (udp->pcb) {
		socketClose(udp);
		xsForget(udp->self);
	}
}

void xs_esp32udp_get_port(xsMachine* the)
{
	xsmcSetInteger(xsResult, socketGet(the)->port);
}

void xs_esp32udp_get_dropped(xsMachine* the)
{
	Socket* udp = socketGet(the);
	xsmcSetNumber(xsResult, (double)udp->tooLong + (double)udp->overflow);
}

#include "xsmc.h"
#include "xsHost.h"
#include "esp32loop.h"

#include <esp_netif.h>
#include <lwip/netif.h>
#include <lwip/priv/tcpip_priv.h>
#include <stdlib.h>
#include <string.h>

/* Changes come in bursts: a link that comes up brings several addresses. */
#define kSettleMilliseconds 200

/* Station, access point, Ethernet and loopback. */
#define kInterfaces 4
#define kAddresses (LWIP_IPV6_NUM_ADDRESSES + 1)

enum { /* InterfaceTypeEnum, Matter Core 11.12.4.2 */
	kUnspecified = 0,
	kWiFi = 1,
	kEthernet = 2,
	kThread = 4,
};

typedef struct {
	char name[NETIF_NAMESIZE];
	uint8_t index;
	uint8_t type;
	bool up;
	bool loopback;
	uint8_t macSize;
	uint8_t mac[8];
	uint8_t count;
	uint8_t addresses[kAddresses][16];
} Interface;

typedef struct {
	struct tcpip_api_call_data call; /* first: lwIP hands it back */
	int count;
	Interface list[kInterfaces];
} Snapshot;

/* ON LWIP'S TASK */

/* The names that ESP-IDF's glue gives its interfaces. */
static uint8_t interfaceType(const char* name)
{
	if (!strncmp(name, "st", 2) || !strncmp(name, "ap", 2))
		return kWiFi;
	if (!strncmp(name, "en", 2))
		return kEthernet;
	if (!strncmp(name, "ot", 2))
		return kThread;
	return kUnspecified;
}

static err_t callSnapshot(struct tcpip_api_call_data* it)
{
	Snapshot* snapshot = (Snapshot*)it;
	struct netif* netif;
	int i;
	NETIF_FOREACH(netif)
	{
		Interface* item = &snapshot->list[snapshot->count];
		if (snapshot->count == kInterfaces)
			break;
		snapshot->count++;
		netif_index_to_name(netif_get_index(netif), item->name);
		item->index = netif_get_index(netif);
		item->up = netif_is_up(netif) && netif_is_link_up(netif);
		item->loopback = (netif->name[0] == 'l') && (netif->name[1] == 'o');
		if (!item->loopback) {
			item->type = interfaceType(item->name);
			if ((netif->hwaddr_len == 6) || (netif->hwaddr_len == 8)) {
				item->macSize = netif->hwaddr_len;
				memcpy(item->mac, netif->hwaddr, sizeof(netif->hwaddr) < 8 ? sizeof(netif->hwaddr) : 8);
			}
		}
		for (i = 0; i < LWIP_IPV6_NUM_ADDRESSES; i++) {
			/* tentative and deprecated ones are not for use */
			if (ip6_addr_ispreferred(netif_ip6_addr_state(netif, i)))
				memcpy(item->addresses[item->count++], netif_ip6_addr(netif, i)->addr, 16);
		}
		if (!ip4_addr_isany_val(*netif_ip4_addr(netif))) {
			uint8_t* bytes = item->addresses[item->count++];
			bytes[10] = bytes[11] = 0xFF;
			memcpy(bytes + 12, &netif_ip4_addr(netif)->addr, 4);
		}
	}
	return ERR_OK;
}

/* ON THE MACHINE'S TASK */

static void start(xsMachine* the)
{
	if (esp_netif_init())
		hostThrow(the, "EIO", "the network cannot be started");
}

/* xsVar(3): a Uint8Array of those bytes */
static void makeBytes(xsMachine* the, const void* bytes, int size)
{
	xsmcSetArrayBuffer(xsVar(2), (void*)bytes, size);
	xsVar(3) = xsNew1(xsGlobal, xsID("Uint8Array"), xsVar(2));
}

void xs_esp32network_interfaces(xsMachine* the)
{
	Snapshot* snapshot;
	volatile int i, j;
	start(the);
	snapshot = calloc(1, sizeof(Snapshot));
	if (!snapshot)
		xsUnknownError("no memory");
	tcpip_api_call(callSnapshot, &snapshot->call);
	xsTry
	{
		xsmcVars(5);
		xsmcSetNewArray(xsResult, 0);
		for (i = 0; i < snapshot->count; i++) {
			Interface* item = &snapshot->list[i];
			xsmcSetNewObject(xsVar(0));
			xsmcSetString(xsVar(4), item->name);
			xsmcSet(xsVar(0), xsID("name"), xsVar(4));
			xsmcSetInteger(xsVar(4), item->index);
			xsmcSet(xsVar(0), xsID("index"), xsVar(4));
			xsmcSetInteger(xsVar(4), item->type);
			xsmcSet(xsVar(0), xsID("type"), xsVar(4));
			xsmcSetBoolean(xsVar(4), item->up);
			xsmcSet(xsVar(0), xsID("up"), xsVar(4));
			xsmcSetBoolean(xsVar(4), item->loopback);
			xsmcSet(xsVar(0), xsID("loopback"), xsVar(4));
			makeBytes(the, item->mac, item->macSize);
			xsmcSet(xsVar(0), xsID("mac"), xsVar(3));
			xsmcSetNewArray(xsVar(1), 0);
			xsmcSet(xsVar(0), xsID("addresses"), xsVar(1));
			for (j = 0; j < item->count; j++) {
				makeBytes(the, item->addresses[j], 16);
				xsmcSetIndex(xsVar(1), (xsIndex)j, xsVar(3));
			}
			xsmcSetIndex(xsResult, (xsIndex)i, xsVar(0));
		}
	}
	xsCatch
	{
		free(snapshot);
		xsThrow(xsException);
	}
	free(snapshot);
}

/* CHANGES */

static Wake gChange;
static LoopTimer gSettle;
static xsMachine* gMachine = NULL; /* while somebody listens */
static xsSlot gCallback;
static bool gWatching = false;

NETIF_DECLARE_EXT_CALLBACK(gNetifCallback)

static void changed(struct netif* netif, netif_nsc_reason_t reason, const netif_ext_callback_args_t* args)
{
	wakeRaise(&gChange);
}

static err_t callWatch(struct tcpip_api_call_data* it)
{
	netif_add_ext_callback(&gNetifCallback, changed);
	return ERR_OK;
}

static void changeSettled(LoopTimer* timer)
{
	xsMachine* the = gMachine;
	xsSlot self;
	if (the) {
		self = xsUndefined;
		hostCall(the, &self, &gCallback);
	}
}

static void changeReady(Wake* wake)
{
	/* the first change sets the time: a flapping link must not silence it */
	if (gMachine && !gSettle.active)
		loopSchedule(&gSettle, loopNow() + kSettleMilliseconds);
}

void xs_esp32network_onChange(xsMachine* the)
{
	bool watch = (xsmcArgc > 0) && (xsmcTypeOf(xsArg(0)) != xsUndefinedType);
	if (watch && !xsmcIsCallable(xsArg(0)))
		xsTypeError("callback is no function");
	start(the);
	/* a remembered slot is a link of the machine's list: it is not written to */
	if (gMachine)
		xsForget(gCallback);
	gMachine = NULL;
	if (!watch) {
		loopUnschedule(&gSettle);
		return;
	}
	gMachine = the;
	gCallback = xsArg(0);
	xsRemember(gCallback);
	if (!gWatching) {
		/* lwIP's list is never taken back: what comes while nobody listens is passed over */
		struct tcpip_api_call_data call;
		gWatching = true;
		gSettle.fired = changeSettled;
		gChange.ready = changeReady;
		wakeAdd(the, &gChange);
		tcpip_api_call(callWatch, &call);
	}
}

#include "xsmc.h"
#include "xsHost.h"
#include "host.h"

#include <esp_event.h>
#include <esp_wifi.h>

/* Written on the task of events, read on the machine's. */
static uint32_t gReason = 0;

static void happened(void* context, esp_event_base_t base, int32_t id, void* data)
{
	if (id == WIFI_EVENT_STA_DISCONNECTED)
		__atomic_store_n(&gReason, ((wifi_event_sta_disconnected_t*)data)->reason, __ATOMIC_SEQ_CST);
}

/* To be called before the SDK's module is used: handlers run in their order, and its one tells the machine. */
void xs_esp32wifi_watch(xsMachine* the)
{
	esp_err_t error = esp_event_loop_create_default();
	if (error == ESP_ERR_INVALID_STATE) /* it is there */
		error = ESP_OK;
	if (!error)
		error = esp_event_handler_register(WIFI_EVENT, ESP_EVENT_ANY_ID, happened, NULL);
	if (error)
		hostThrow(the, "EIO", "the network cannot be watched: error %d", (int)error);
}

void xs_esp32wifi_reason(xsMachine* the)
{
	xsmcSetInteger(xsResult, (int)__atomic_load_n(&gReason, __ATOMIC_SEQ_CST));
}

/* A light has mains: a radio that sleeps loses multicast, and with it those who look for the device. */
void xs_esp32wifi_stayAwake(xsMachine* the)
{
	(void)esp_wifi_set_ps(WIFI_PS_NONE);
}

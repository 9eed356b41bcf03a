#include "xsmc.h"
#include "xsHost.h"
#include "mc.defines.h"
#include "esp32loop.h"

#include <stdio.h>
#include <string.h>

#ifndef MODDEF_CONSOLE_USB
#define MODDEF_CONSOLE_USB 0 /* 1: the chip's own USB serial port; 0: UART0, which most boards bring to USB */
#endif
#ifndef MODDEF_CONSOLE_BAUD
#define MODDEF_CONSOLE_BAUD 115200
#endif

/* The debugger of a debug or instrumented build owns the port. */
#if defined(mxDebug) || defined(mxInstrument)

void xs_esp32console_write(xsMachine* the)
{
}

void xs_esp32console_flush(xsMachine* the)
{
}

void xs_esp32console_onLine(xsMachine* the)
{
}

#else

#if MODDEF_CONSOLE_USB
#include <driver/usb_serial_jtag.h>
#else
#include <driver/uart.h>
#include <soc/uart_pins.h>
#endif

/* What waits to be sent; the QR code has 2.6 KB. */
#define kSendSize 4096
#define kReceiveSize 256
#define kSendSlack 64

/* A longer line is cut: nothing typed is that long. */
#define kLineSize 128

/* How often it is looked for what was typed. */
#define kPollMilliseconds 50

static bool gOpen = false;
static uint32_t gLost = 0; /* lines, since something could be sent */

static LoopTimer gPoll;
static xsMachine* gMachine = NULL; /* while somebody listens */
static xsSlot gCallback;
static char gLine[kLineSize];
static size_t gLength = 0;

/* THE PORT */

#if MODDEF_CONSOLE_USB

static bool portOpen(void)
{
	usb_serial_jtag_driver_config_t config = { .tx_buffer_size = kSendSize, .rx_buffer_size = kReceiveSize };
	return !usb_serial_jtag_driver_install(&config);
}

/* All or nothing, without waiting. */
static bool portSend(const char* bytes, size_t length)
{
	return usb_serial_jtag_is_connected() && (usb_serial_jtag_write_bytes(bytes, length, 0) == (int)length);
}

static int portReceive(char* bytes, size_t size)
{
	return usb_serial_jtag_read_bytes(bytes, size, 0);
}

static void portFlush(void)
{
	usb_serial_jtag_wait_tx_done(pdMS_TO_TICKS(500));
}

#else

static bool portOpen(void)
{
	uart_config_t config = { .baud_rate = MODDEF_CONSOLE_BAUD,
		.data_bits = UART_DATA_8_BITS,
		.parity = UART_PARITY_DISABLE,
		.stop_bits = UART_STOP_BITS_1,
		.flow_ctrl = UART_HW_FLOWCTRL_DISABLE,
		.source_clk = UART_SCLK_DEFAULT };
	return !uart_driver_install(UART_NUM_0, kReceiveSize, kSendSize, 0, NULL, 0) &&
		!uart_param_config(UART_NUM_0, &config) &&
		!uart_set_pin(UART_NUM_0, U0TXD_GPIO_NUM, U0RXD_GPIO_NUM, UART_PIN_NO_CHANGE, UART_PIN_NO_CHANGE);
}

/* All or nothing, without waiting: the driver waits for room, so there has to be enough, and for its own records too. */
static bool portSend(const char* bytes, size_t length)
{
	size_t room = 0;
	return !uart_get_tx_buffer_free_size(UART_NUM_0, &room) && (room >= (length + kSendSlack)) &&
		(uart_write_bytes(UART_NUM_0, bytes, length) == (int)length);
}

static int portReceive(char* bytes, size_t size)
{
	return uart_read_bytes(UART_NUM_0, bytes, (uint32_t)size, 0);
}

static void portFlush(void)
{
	uart_wait_tx_done(UART_NUM_0, pdMS_TO_TICKS(500));
}

#endif

static bool ready(void)
{
	if (!gOpen)
		gOpen = portOpen();
	return gOpen;
}

/* OUT */

void xs_esp32console_write(xsMachine* the)
{
	char* string = xsmcToString(xsArg(0));
	if (!ready())
		return;
	if (gLost) {
		char note[40];
		int length = snprintf(note, sizeof(note), "(%u lines lost)\r\n", (unsigned)gLost);
		if (!portSend(note, (size_t)length)) {
			gLost++;
			return;
		}
		gLost = 0;
	}
	/* line and end are two pieces: the end alone may be missing, the beginning never */
	if (!portSend(string, strlen(string)) || !portSend("\r\n", 2))
		gLost++;
}

/* Waits for half a second at most: for the end of the program. */
void xs_esp32console_flush(xsMachine* the)
{
	if (gOpen)
		portFlush();
}

/* IN */

static void typed(char c)
{
	if ((c == '\r') || (c == '\n')) {
		xsMachine* the = gMachine;
		xsSlot self;
		portSend("\r\n", 2);
		gLine[gLength] = 0;
		/* \r\n is one end */
		if (gLength && the) {
			gLength = 0;
			self = xsUndefined;
			hostCallString(the, &self, &gCallback, gLine);
		}
		return;
	}
	if ((c == '\b') || (c == 0x7F)) {
		if (gLength) {
			gLength--;
			portSend("\b \b", 3);
		}
		return;
	}
	if (((uint8_t)c < ' ') || (gLength == (kLineSize - 1)))
		return;
	gLine[gLength++] = c;
	/* terminals of serial ports do not show by themselves what is typed */
	portSend(&c, 1);
}

static void pollFired(LoopTimer* timer)
{
	char buffer[32];
	int count = portReceive(buffer, sizeof(buffer));
	int i;
	for (i = 0; i < count; i++)
		typed(buffer[i]);
	if (gMachine && !timer->active)
		loopSchedule(timer, loopNow() + kPollMilliseconds);
}

void xs_esp32console_onLine(xsMachine* the)
{
	bool listen = (xsmcArgc > 0) && (xsmcTypeOf(xsArg(0)) == xsReferenceType);
	/* a remembered slot is a link of the machine's list: it is not written to */
	if (gMachine)
		xsForget(gCallback);
	gMachine = NULL;
	loopUnschedule(&gPoll);
	if (!listen || !ready())
		return;
	gMachine = the;
	gCallback = xsArg(0);
	xsRemember(gCallback);
	gLength = 0;
	gPoll.fired = pollFired;
	loopSchedule(&gPoll, loopNow() + kPollMilliseconds);
}

#endif

/*
 * The device on a slow chip, for tests: xs-matter-slow waits as long as an ESP32-C3 would compute, and tells of every
 * handler that takes long. How long is counted, not measured: bytecodes, collections and cryptography at what they cost
 * there. Linked around the device's own functions (-Wl,--wrap): the program under test is the one that is released.
 */
#define _GNU_SOURCE
#include "xsAll.h"
#include "loop.h"

#include <psa/crypto.h>
#include <stdarg.h>

/*
 * 160 MHz, and three cycles for two instructions: engine, bytecode and what is preloaded come through the flash's cache.
 * A bytecode, with what natives do for it, and a collection were counted by callgrind in this program (44 to 58
 * instructions for a bytecode, whatever the handler); cryptography on an emulated rv32imac with Mbed TLS at -Os.
 */
#define kMillisecondsPerInstruction (1.5 / 160000.0)
#define kBytecode 50.0
#define kSweptSlot 10.0
#define kMarkedSlot 40.0
#define kMovedByte 1.0
#define kAeadCall 6000.0
#define kAeadByte 180.0
#define kHashBlock 11000.0 /* 64 bytes of SHA-256 */
#define kHmacBlocks 4.0
#define kHkdfBlocks 12.0
#define kPbkdf2Blocks 2.0 /* for an iteration and 32 bytes of output */

/* Of P-256: a key pair, a shared secret, a signature made or verified, a product of a point. P256_MS sets another time. */
static double gP256Milliseconds = 500;

/* Handlers that take less are not told of, where they do nothing with P-256. */
#define kTold 5.0

#define kSampleMilliseconds 4.0
#define kSamples 64
#define kFrames 6
#define kSampleSize 400

extern void fxBufferFrameName(txMachine* the, txString buffer, txSize size, txSlot* frame, txString suffix);

static txMachine* gMachine = NULL;

/* Since somebody waited for it last. */
static double gOwed = 0;
static txU4 gBytecodes = 0;

/* The handler under way: a datagram's, or else a timer's. */
static struct {
	const char* kind;
	double milliseconds; /* without P-256 */
	double collecting;
	int collections;
	int products; /* operations on P-256 */
	bool answered;
	bool late; /* P-256 began, and the peer had heard nothing */
	int samples;
	char at[kSamples][kSampleSize];
} gHandler = { .kind = "start" };

/* TIME */

static void spend(double milliseconds)
{
	gOwed += milliseconds;
	gHandler.milliseconds += milliseconds;
}

static void instructions(double count)
{
	spend(count * kMillisecondsPerInstruction);
}

static void countBytecodes(void)
{
	txU4 now;
	if (!gMachine)
		return;
	now = gMachine->meterIndex;
	instructions((double)(txU4)(now - gBytecodes) * kBytecode);
	gBytecodes = now;
}

/* Now it is as late as it would be on the chip. */
static void catchUp(void)
{
	countBytecodes();
	if (gOwed > 0) {
		struct timespec time = { (time_t)(gOwed / 1000), (long)(fmod(gOwed, 1000) * 1e6) };
		while (nanosleep(&time, &time) && (errno == EINTR)) {}
		gOwed = 0;
	}
}

extern double __real_loopNow(void);

/* Programs that look at the clock see how long they took. */
double __wrap_loopNow(void)
{
	countBytecodes();
	return __real_loopNow() + gOwed;
}

/* HANDLERS */

static void begin(const char* kind)
{
	gHandler.kind = kind;
	gHandler.milliseconds = gHandler.collecting = 0;
	gHandler.collections = gHandler.products = gHandler.samples = 0;
	gHandler.answered = gHandler.late = false;
}

static void end(void)
{
	catchUp();
	if ((gHandler.milliseconds >= kTold) || gHandler.products) {
		int i;
		fprintf(stderr,
			"handler "
			"{\"kind\":\"%s\",\"ms\":%.1f,\"collecting\":%.1f,\"collections\":%d,\"p256\":%d,\"late\":%s,\"at\":[",
			gHandler.kind, gHandler.milliseconds, gHandler.collecting, gHandler.collections, gHandler.products,
			gHandler.late ? "true" : "false");
		for (i = 0; i < gHandler.samples; i++)
			fprintf(stderr, "%s\"%s\"", i ? "," : "", gHandler.at[i]);
		fprintf(stderr, "]}\n");
	}
}

/* Where the machine is, from time to time: what a long handler does. */
static txBoolean sample(txMachine* the, txU4 index)
{
	if (gHandler.samples < kSamples) {
		char* text = gHandler.at[gHandler.samples++];
		txSlot* frame = the->frame;
		int i;
		text[0] = 0;
		for (i = 0; frame && (i < kFrames); i++, frame = frame->next) {
			if (i)
				c_strncat(text, " < ", kSampleSize - c_strlen(text) - 1);
			fxBufferFrameName(the, text, kSampleSize, frame, "");
		}
	}
	return 1;
}

static void collected(txMachine* the, void* data, txMarkRoot markRoot)
{
	double count = (the->maximumHeapCount * kSweptSlot) + (the->currentHeapCount * kMarkedSlot) +
		(the->currentChunksSize * kMovedByte);
	instructions(count);
	gHandler.collecting += count * kMillisecondsPerInstruction;
	gHandler.collections++;
}

static const txHostHooks gHooks = { NULL, collected, NULL };
static txSlot gWitness; /* it is marked in every collection */

extern txMachine* __real_fxCloneMachine(txCreation* creation, txMachine* machine, txString name, void* context);

/* CREATION: a board's memory as its manifest has it, in bytes of chunks and numbers of slots. With little room to begin
   with, and small steps, the machine collects much more often. */
txMachine* __wrap_fxCloneMachine(txCreation* creation, txMachine* machine, txString name, void* context)
{
	const char* text = getenv("CREATION");
	if (text)
		sscanf(text, "%d,%d,%d,%d", &creation->initialChunkSize, &creation->incrementalChunkSize,
			&creation->initialHeapCount, &creation->incrementalHeapCount);
	return __real_fxCloneMachine(creation, machine, name, context);
}

static void (*gSettle)(void* context);

static void settle(void* context)
{
	(*gSettle)(context);
	end();
	begin("timer");
}

extern void __real_loopRun(void (*settle)(void* context), void* context, bool forever);

void __wrap_loopRun(void (*real)(void* context), void* context, bool forever)
{
	txMachine* the = context;
	const char* p256 = getenv("P256_MS");
	if (p256)
		gP256Milliseconds = atof(p256);
	gSettle = real;
	fxBeginHost(the);
	fxNewHostObject(the, NULL);
	fxSetHostData(the, the->stack, &gWitness);
	fxSetHostHooks(the, the->stack, &gHooks);
	gWitness = *the->stack;
	fxRemember(the, &gWitness);
	fxEndHost(the);
	gMachine = the;
	fxBeginMetering(the, sample, (txU4)(kSampleMilliseconds / (kBytecode * kMillisecondsPerInstruction)));
	__real_loopRun(settle, context, forever);
}

/* DATAGRAMS */

extern void __real_xs_udp_read(txMachine* the);
extern void __real_xs_udp_write(txMachine* the);

void __wrap_xs_udp_read(txMachine* the)
{
	end();
	__real_xs_udp_read(the);
	begin(((mxResult->kind == XS_INTEGER_KIND) && (mxResult->value.integer >= 0)) ? "datagram" : "timer");
}

void __wrap_xs_udp_write(txMachine* the)
{
	catchUp();
	gHandler.answered = true;
	__real_xs_udp_write(the);
}

/* CRYPTOGRAPHY */

static void products(int count)
{
	catchUp();
	if (!gHandler.answered && !gHandler.products && !c_strcmp(gHandler.kind, "datagram"))
		gHandler.late = true;
	gHandler.products += count;
	gOwed += count * gP256Milliseconds;
	catchUp();
}

#define mxP256(COUNT, NAME, PARAMETERS, ARGUMENTS)                                                                     \
	extern psa_status_t __real_##NAME PARAMETERS;                                                                      \
	psa_status_t __wrap_##NAME PARAMETERS                                                                              \
	{                                                                                                                  \
		products(COUNT);                                                                                               \
		return __real_##NAME ARGUMENTS;                                                                                \
	}

#define mxCost(COUNT, NAME, PARAMETERS, ARGUMENTS)                                                                     \
	extern psa_status_t __real_##NAME PARAMETERS;                                                                      \
	psa_status_t __wrap_##NAME PARAMETERS                                                                              \
	{                                                                                                                  \
		instructions(COUNT);                                                                                           \
		return __real_##NAME ARGUMENTS;                                                                                \
	}

/* clang-format off */
mxP256(1, cryptolib_p256_public, (const uint8_t* scalar, uint8_t* point), (scalar, point))
mxP256(1, cryptolib_p256_sign, (const uint8_t* scalar, const uint8_t* hash, uint8_t* signature),
	(scalar, hash, signature))
mxP256(1, cryptolib_p256_verify, (const uint8_t* key, const uint8_t* hash, const uint8_t* signature),
	(key, hash, signature))
mxP256(5, cryptolib_p256_spake2p, (const uint8_t* w0, const uint8_t* L, const uint8_t* y, const uint8_t* pA,
	uint8_t* pB, uint8_t* Z, uint8_t* V), (w0, L, y, pA, pB, Z, V))
mxP256(1, psa_raw_key_agreement, (psa_algorithm_t algorithm, mbedtls_svc_key_id_t key, const uint8_t* peer,
	size_t peerLength, uint8_t* output, size_t size, size_t* length),
	(algorithm, key, peer, peerLength, output, size, length))

mxCost(kAeadCall + (kAeadByte * (double)(aadLength + length)), cryptolib_aead_encrypt, (void* aead,
	const uint8_t* nonce, const uint8_t* aad, size_t aadLength, const uint8_t* input, size_t length, uint8_t* output),
	(aead, nonce, aad, aadLength, input, length, output))
mxCost(kAeadCall + (kAeadByte * (double)(aadLength + length)), cryptolib_aead_decrypt, (void* aead,
	const uint8_t* nonce, const uint8_t* aad, size_t aadLength, const uint8_t* input, size_t length, uint8_t* output),
	(aead, nonce, aad, aadLength, input, length, output))
mxCost(kHashBlock * (kHmacBlocks + (double)(length / 64)), cryptolib_hmac, (const uint8_t* key, size_t keyLength,
	const uint8_t* data, size_t length, uint8_t* mac), (key, keyLength, data, length, mac))
mxCost(kHashBlock * kHkdfBlocks, cryptolib_hkdf, (const uint8_t* secret, size_t secretLength, const uint8_t* salt,
	size_t saltLength, const uint8_t* info, size_t infoLength, uint8_t* output, size_t length),
	(secret, secretLength, salt, saltLength, info, infoLength, output, length))
mxCost(kHashBlock * kPbkdf2Blocks * (double)iterations * (double)((length + 31) / 32), cryptolib_pbkdf2,
	(const uint8_t* password, size_t passwordLength, const uint8_t* salt, size_t saltLength, uint32_t iterations,
	uint8_t* output, size_t length), (password, passwordLength, salt, saltLength, iterations, output, length))
mxCost(kHashBlock * (double)((length + 72) / 64), psa_hash_compute, (psa_algorithm_t algorithm, const uint8_t* input,
	size_t length, uint8_t* hash, size_t size, size_t* hashLength),
	(algorithm, input, length, hash, size, hashLength))
mxCost(kHashBlock * (double)((length + 63) / 64), psa_hash_update, (psa_hash_operation_t* operation,
	const uint8_t* input, size_t length), (operation, input, length))
	/* clang-format on */

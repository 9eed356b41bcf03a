/* AES-128-CCM with a 13-byte nonce and a 16-byte tag (Matter Core 3.6). */
#include "cryptolib.h"

/* Where the fields of a packet header are that go into the nonce (Matter Core 4.4.1, 4.8.1.1). */
#define SECURITY_FLAGS 3
#define COUNTER_END 8
#define NODE_ID_SIZE 8

void xs_ccm_destructor(void* data)
{
	CryptolibAead* aead = data;

	if (aead) {
		cryptolib_aead_close(aead);
		mbedtls_platform_zeroize(aead, sizeof(CryptolibAead));
		free(aead);
	}
}

void xs_ccm(xsMachine* the)
{
	CryptolibAead* aead;
	psa_status_t status;

	cryptolib_arguments(the, 1);
	cryptolib_exactly(the, &xsArg(0), AES_KEY_SIZE, "key");
	aead = calloc(1, sizeof(CryptolibAead));
	if (!aead)
		xsUnknownError("no memory for a key");
	status = cryptolib_aead_open(aead, cryptolib_exactly(the, &xsArg(0), AES_KEY_SIZE, "key"));
	if (status != PSA_SUCCESS) {
		xs_ccm_destructor(aead);
		cryptolib_check(the, status, "key import");
	}
	xsmcSetHostData(xsThis, aead);
}

void xs_ccm_close(xsMachine* the)
{
	CryptolibAead* aead = xsmcGetHostDataValidate(xsThis, xs_ccm_destructor);

	xsmcSetHostData(xsThis, NULL);
	xs_ccm_destructor(aead);
}

/*
 * Checks (packet, start, payload, end, nodeId), all but the room after end, and makes the nonce. Numbers are read before
 * the buffers, because reading a number may run a script's valueOf.
 */
static uint8_t* packetOf(
	xsMachine* the, xsIntegerValue position[3], xsUnsignedValue* size, uint8_t nonce[CCM_NONCE_SIZE])
{
	void* packet;
	uint8_t* nodeId;
	size_t length;

	cryptolib_arguments(the, 5);
	position[0] = xsmcToInteger(xsArg(1));
	position[1] = xsmcToInteger(xsArg(2));
	position[2] = xsmcToInteger(xsArg(3));
	nodeId = cryptolib_bytes(the, &xsArg(4), &length);
	if (length < NODE_ID_SIZE)
		xsRangeError("node id: %d bytes expected, %d given", NODE_ID_SIZE, (int)length);
	xsmcGetBufferWritable(xsArg(0), &packet, size);
	if ((position[0] < 0) || (position[1] < position[0]) || (position[1] - position[0] < COUNTER_END) ||
		(position[2] < 0) || ((xsUnsignedValue)position[1] > *size) || ((xsUnsignedValue)position[2] > *size) ||
		(position[1] - position[0] > CCM_AAD_MAX))
		xsRangeError("packet of %d bytes: start %d, payload %d, end %d", (int)*size, (int)position[0], (int)position[1],
			(int)position[2]);
	memcpy(nonce, (uint8_t*)packet + position[0] + SECURITY_FLAGS, COUNTER_END - SECURITY_FLAGS);
	memcpy(nonce + COUNTER_END - SECURITY_FLAGS, nodeId, NODE_ID_SIZE);
	return packet;
}

void xs_ccm_sealPacket(xsMachine* the)
{
	CryptolibAead* aead = cryptolib_this(the, xs_ccm_destructor);
	uint8_t nonce[CCM_NONCE_SIZE];
	xsIntegerValue position[3];
	xsUnsignedValue size;
	uint8_t* packet = packetOf(the, position, &size, nonce);
	xsIntegerValue start = position[0], plain = position[1], end = position[2];

	if ((end < plain) || (end - plain > CCM_MESSAGE_MAX) || (size - (xsUnsignedValue)end < CCM_TAG_SIZE))
		xsRangeError("packet of %d bytes has no room for the tag of %d..%d", (int)size, (int)plain, (int)end);
	/* The scripts that ran while numbers were read may have closed this. */
	aead = cryptolib_this(the, xs_ccm_destructor);
	cryptolib_check(the,
		cryptolib_aead_encrypt(aead, nonce, packet + start, (size_t)(plain - start), packet + plain,
			(size_t)(end - plain), packet + plain),
		"AES-CCM");
	xsmcSetInteger(xsResult, end + CCM_TAG_SIZE);
}

void xs_ccm_openPacket(xsMachine* the)
{
	CryptolibAead* aead = cryptolib_this(the, xs_ccm_destructor);
	uint8_t nonce[CCM_NONCE_SIZE];
	xsIntegerValue position[3];
	xsUnsignedValue size;
	uint8_t* packet = packetOf(the, position, &size, nonce);
	xsIntegerValue start = position[0], cipher = position[1], end = position[2];
	psa_status_t status;

	if ((end < cipher) || (end - cipher < CCM_TAG_SIZE) || (end - cipher > CCM_MESSAGE_MAX)) {
		xsmcSetInteger(xsResult, -1);
		return;
	}
	aead = cryptolib_this(the, xs_ccm_destructor);
	status = cryptolib_aead_decrypt(aead, nonce, packet + start, (size_t)(cipher - start), packet + cipher,
		(size_t)(end - cipher), packet + cipher);
	if (status == PSA_ERROR_INVALID_SIGNATURE)
		xsmcSetInteger(xsResult, -1);
	else {
		cryptolib_check(the, status, "AES-CCM");
		xsmcSetInteger(xsResult, end - CCM_TAG_SIZE);
	}
}

/* Checks (nonce, bytes, aad) and returns the lengths of the last two. */
static void messageOf(xsMachine* the, size_t* length, size_t* aadLength)
{
	cryptolib_arguments(the, 2);
	cryptolib_exactly(the, &xsArg(0), CCM_NONCE_SIZE, "nonce");
	cryptolib_bytes(the, &xsArg(1), length);
	*aadLength = 0;
	if (cryptolib_given(the, 2))
		cryptolib_bytes(the, &xsArg(2), aadLength);
	if ((*length > CCM_MESSAGE_MAX) || (*aadLength > CCM_AAD_MAX))
		xsRangeError("message of %d bytes with %d associated bytes is too long", (int)*length, (int)*aadLength);
}

/* What seal and open work on, once the result stands: making that ran a constructor, which a script may have replaced. */
typedef struct {
	CryptolibAead* aead;
	const uint8_t *nonce, *bytes, *aad;
} Message;

static Message refetch(xsMachine* the, size_t length, size_t aadLength)
{
	Message message;

	message.aead = cryptolib_this(the, xs_ccm_destructor);
	message.nonce = cryptolib_exactly(the, &xsArg(0), CCM_NONCE_SIZE, "nonce");
	message.bytes = cryptolib_exactly(the, &xsArg(1), length, "message");
	message.aad = aadLength ? cryptolib_exactly(the, &xsArg(2), aadLength, "associated data") : NULL;
	return message;
}

void xs_ccm_seal(xsMachine* the)
{
	size_t length, aadLength;
	uint8_t* output;
	Message message;

	messageOf(the, &length, &aadLength);
	output = cryptolib_result(the, &xsResult, length + CCM_TAG_SIZE);
	message = refetch(the, length, aadLength);
	cryptolib_check(the,
		cryptolib_aead_encrypt(message.aead, message.nonce, message.aad, aadLength, message.bytes, length, output),
		"AES-CCM");
}

void xs_ccm_open(xsMachine* the)
{
	size_t length, aadLength;
	uint8_t* output;
	Message message;
	psa_status_t status;

	messageOf(the, &length, &aadLength);
	if (length < CCM_TAG_SIZE)
		return;
	output = cryptolib_result(the, &xsResult, length - CCM_TAG_SIZE);
	message = refetch(the, length, aadLength);
	status = cryptolib_aead_decrypt(message.aead, message.nonce, message.aad, aadLength, message.bytes, length, output);
	if (status == PSA_ERROR_INVALID_SIGNATURE)
		xsmcSetUndefined(xsResult);
	else
		cryptolib_check(the, status, "AES-CCM");
}

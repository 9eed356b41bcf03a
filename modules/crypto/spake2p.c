/* SPAKE2+ on P-256 with SHA-256, HKDF and HMAC, the device's half (Matter Core 3.10; RFC 9383). */
#include "cryptolib.h"

/* Each half of the password is eight bytes longer than the order, so that the remainder is not biased (Matter Core 3.9). */
#define HALF_SIZE 40
#define KEY_SIZE 16
#define CONTEXT_SIZE HASH_SIZE

typedef struct {
	uint8_t w0[SCALAR_SIZE];
	uint8_t L[POINT_SIZE];
	uint8_t context[CONTEXT_SIZE];
	uint8_t expected[HASH_SIZE]; /* cA */
	uint8_t sharedKey[KEY_SIZE]; /* Ke */
	bool responded;
	bool confirmed;
} Verifier;

static psa_status_t transcribe(psa_hash_operation_t* operation, const uint8_t* bytes, size_t length)
{
	uint8_t prefix[8] = { 0 };
	psa_status_t status;

	for (int i = 0; i < 4; i++)
		prefix[i] = (uint8_t)(length >> (8 * i));
	status = psa_hash_update(operation, prefix, sizeof(prefix));
	return ((status == PSA_SUCCESS) && length) ? psa_hash_update(operation, bytes, length) : status;
}

psa_status_t cryptolib_spake2p(CryptolibSpake2p* exchange, const uint8_t* w0, const uint8_t* L, const uint8_t* y,
	const uint8_t* pA, CryptolibPiece context, CryptolibPiece prover, CryptolibPiece verifier)
{
	static const char info[] = "ConfirmationKeys";
	const CryptolibPiece pieces[] = {
		context,
		prover,
		verifier,
		{ CRYPTOLIB_SPAKE2P_M, POINT_SIZE },
		{ CRYPTOLIB_SPAKE2P_N, POINT_SIZE },
		{ pA, POINT_SIZE },
		{ exchange->pB, POINT_SIZE },
		{ exchange->Z, POINT_SIZE },
		{ exchange->V, POINT_SIZE },
		{ w0, SCALAR_SIZE },
	};
	psa_hash_operation_t operation = PSA_HASH_OPERATION_INIT;
	uint8_t confirmation[2 * KEY_SIZE];
	size_t length;
	psa_status_t status = cryptolib_p256_spake2p(w0, L, y, pA, exchange->pB, exchange->Z, exchange->V);

	if (status == PSA_SUCCESS)
		status = psa_hash_setup(&operation, PSA_ALG_SHA_256);
	for (size_t i = 0; (status == PSA_SUCCESS) && (i < sizeof(pieces) / sizeof(CryptolibPiece)); i++)
		status = transcribe(&operation, pieces[i].bytes, pieces[i].length);
	if (status == PSA_SUCCESS)
		status = psa_hash_finish(&operation, exchange->hash, HASH_SIZE, &length);
	psa_hash_abort(&operation);
	/* KcA and KcB come from Ka, the first half of the hash; Ke is the second half. */
	if (status == PSA_SUCCESS)
		status = cryptolib_hkdf(exchange->hash, KEY_SIZE, NULL, 0, (const uint8_t*)info, sizeof(info) - 1, confirmation,
			sizeof(confirmation));
	if (status == PSA_SUCCESS)
		status = cryptolib_hmac(confirmation, KEY_SIZE, exchange->pB, POINT_SIZE, exchange->cA);
	if (status == PSA_SUCCESS)
		status = cryptolib_hmac(confirmation + KEY_SIZE, KEY_SIZE, pA, POINT_SIZE, exchange->cB);
	mbedtls_platform_zeroize(confirmation, sizeof(confirmation));
	return status;
}

static void checkRun(xsMachine* the, psa_status_t status)
{
	if (status == PSA_ERROR_INVALID_ARGUMENT)
		xsRangeError("SPAKE2+: not a point of the curve, or the neutral one");
	cryptolib_check(the, status, "SPAKE2+");
}

static psa_status_t randomScalar(uint8_t scalar[SCALAR_SIZE])
{
	uint8_t number[HALF_SIZE];
	psa_status_t status = psa_crypto_init();

	if (status == PSA_SUCCESS)
		status = psa_generate_random(number, sizeof(number));
	if (status == PSA_SUCCESS)
		status = cryptolib_p256_reduce(number, sizeof(number), scalar);
	mbedtls_platform_zeroize(number, sizeof(number));
	return status;
}

void xs_spake2p_verifier(xsMachine* the)
{
	uint8_t halves[2 * HALF_SIZE], pin[4], w0[SCALAR_SIZE], w1[SCALAR_SIZE], L[POINT_SIZE];
	xsNumberValue passcode;
	xsIntegerValue iterations;
	const uint8_t* salt;
	size_t length;
	uint32_t value;
	psa_status_t status;

	cryptolib_arguments(the, 3);
	passcode = xsmcToNumber(xsArg(0));
	iterations = xsmcToInteger(xsArg(2));
	if (!(passcode >= 0) || (passcode > 0xFFFFFFFF))
		xsRangeError("passcode is no 32-bit number");
	if (iterations < 1)
		xsRangeError("PBKDF2 with %d iterations", (int)iterations);
	value = (uint32_t)passcode;
	for (int i = 0; i < 4; i++)
		pin[i] = (uint8_t)(value >> (8 * i));
	salt = cryptolib_bytes(the, &xsArg(1), &length);
	status = cryptolib_pbkdf2(pin, sizeof(pin), salt, length, (uint32_t)iterations, halves, sizeof(halves));
	if (status == PSA_SUCCESS)
		status = cryptolib_p256_reduce(halves, HALF_SIZE, w0);
	if (status == PSA_SUCCESS)
		status = cryptolib_p256_reduce(halves + HALF_SIZE, HALF_SIZE, w1);
	if (status == PSA_SUCCESS)
		status = cryptolib_p256_public(w1, L);
	mbedtls_platform_zeroize(halves, sizeof(halves));
	mbedtls_platform_zeroize(w1, sizeof(w1));
	mbedtls_platform_zeroize(pin, sizeof(pin));
	cryptolib_check(the, status, "SPAKE2+ verifier");
	xsmcVars(1);
	xsmcSetNewObject(xsResult);
	cryptolib_copy(the, &xsVar(0), w0, sizeof(w0));
	mbedtls_platform_zeroize(w0, sizeof(w0));
	xsmcSet(xsResult, xsID("w0"), xsVar(0));
	cryptolib_copy(the, &xsVar(0), L, sizeof(L));
	xsmcSet(xsResult, xsID("L"), xsVar(0));
}

void xs_spake2p_destructor(void* data)
{
	if (data) {
		mbedtls_platform_zeroize(data, sizeof(Verifier));
		free(data);
	}
}

void xs_spake2p(xsMachine* the)
{
	const uint8_t *w0, *L, *context;
	Verifier* verifier;

	cryptolib_arguments(the, 3);
	w0 = cryptolib_exactly(the, &xsArg(0), SCALAR_SIZE, "w0");
	L = cryptolib_exactly(the, &xsArg(1), POINT_SIZE, "L");
	context = cryptolib_exactly(the, &xsArg(2), CONTEXT_SIZE, "context hash");
	verifier = calloc(1, sizeof(Verifier));
	if (!verifier)
		xsUnknownError("no memory for a SPAKE2+ verifier");
	memcpy(verifier->w0, w0, SCALAR_SIZE);
	memcpy(verifier->L, L, POINT_SIZE);
	memcpy(verifier->context, context, CONTEXT_SIZE);
	xsmcSetHostData(xsThis, verifier);
}

void xs_spake2p_close(xsMachine* the)
{
	Verifier* verifier = xsmcGetHostDataValidate(xsThis, xs_spake2p_destructor);

	xsmcSetHostData(xsThis, NULL);
	xs_spake2p_destructor(verifier);
}

void xs_spake2p_respond(xsMachine* the)
{
	Verifier* verifier = cryptolib_this(the, xs_spake2p_destructor);
	const CryptolibPiece none = { NULL, 0 };
	CryptolibPiece context = { verifier->context, CONTEXT_SIZE };
	uint8_t y[SCALAR_SIZE], pA[POINT_SIZE], pB[POINT_SIZE], cB[HASH_SIZE];
	CryptolibSpake2p exchange;
	psa_status_t status;

	cryptolib_arguments(the, 1);
	/* A second answer with the same w0 would give a second guess in one attempt. */
	if (verifier->responded)
		xsUnknownError("already responded");
	memcpy(pA, cryptolib_exactly(the, &xsArg(0), POINT_SIZE, "pA"), POINT_SIZE);
	verifier->responded = true;
	status = randomScalar(y);
	if (status == PSA_SUCCESS)
		status = cryptolib_spake2p(&exchange, verifier->w0, verifier->L, y, pA, context, none, none);
	if (status == PSA_SUCCESS) {
		memcpy(verifier->expected, exchange.cA, HASH_SIZE);
		memcpy(verifier->sharedKey, exchange.hash + KEY_SIZE, KEY_SIZE);
		memcpy(pB, exchange.pB, POINT_SIZE);
		memcpy(cB, exchange.cB, HASH_SIZE);
	}
	mbedtls_platform_zeroize(y, sizeof(y));
	mbedtls_platform_zeroize(&exchange, sizeof(exchange));
	checkRun(the, status);
	xsmcVars(1);
	xsmcSetNewObject(xsResult);
	cryptolib_copy(the, &xsVar(0), pB, sizeof(pB));
	xsmcSet(xsResult, xsID("pB"), xsVar(0));
	cryptolib_copy(the, &xsVar(0), cB, sizeof(cB));
	xsmcSet(xsResult, xsID("cB"), xsVar(0));
}

void xs_spake2p_confirm(xsMachine* the)
{
	Verifier* verifier = cryptolib_this(the, xs_spake2p_destructor);
	const uint8_t* cA;
	size_t length;

	cryptolib_arguments(the, 1);
	if (!verifier->responded)
		xsUnknownError("respond comes first");
	cA = cryptolib_bytes(the, &xsArg(0), &length);
	verifier->confirmed = (length == HASH_SIZE) && !mbedtls_ct_memcmp(cA, verifier->expected, HASH_SIZE);
	if (!verifier->confirmed) {
		/* Random bytes, so that no later guess can be right, not even zeros. */
		mbedtls_platform_zeroize(verifier->sharedKey, KEY_SIZE);
		cryptolib_check(the, psa_generate_random(verifier->expected, HASH_SIZE), "random");
	}
	xsmcSetBoolean(xsResult, verifier->confirmed);
}

void xs_spake2p_get_sharedKey(xsMachine* the)
{
	Verifier* verifier = cryptolib_this(the, xs_spake2p_destructor);

	if (!verifier->confirmed)
		xsUnknownError("not confirmed");
	cryptolib_copy(the, &xsResult, verifier->sharedKey, KEY_SIZE);
}

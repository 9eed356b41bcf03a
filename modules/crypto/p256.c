/* Key pairs, key agreement and signatures on NIST P-256 (Matter Core 3.5). */
#include "cryptolib.h"

#define KEY_TYPE PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1)
/* One draw in 2^32 is no key: more than a few in a row are a random source that is none. */
#define DRAWS_MAX 4

/* The scalar, not a PSA key: key slots are few, one PSA key serves one algorithm only, and importing is nothing beside a
   point multiplication. */
typedef struct {
	uint8_t privateKey[SCALAR_SIZE];
	uint8_t publicKey[POINT_SIZE];
} KeyPair;

void xs_p256_destructor(void* data)
{
	if (data) {
		mbedtls_platform_zeroize(data, sizeof(KeyPair));
		free(data);
	}
}

/*
 * Candidates are drawn until one is in 1..n-1, which almost always the first is (FIPS 186-5, A.2.2). psa_generate_key would
 * multiply a point that it throws away, and exporting the public key multiplies again.
 */
static psa_status_t generate(KeyPair* pair)
{
	psa_status_t status = psa_crypto_init();

	if (status != PSA_SUCCESS)
		return status;
	status = PSA_ERROR_INVALID_ARGUMENT;
	for (int draws = 0; (draws < DRAWS_MAX) && (status == PSA_ERROR_INVALID_ARGUMENT); draws++) {
		status = psa_generate_random(pair->privateKey, SCALAR_SIZE);
		if (status == PSA_SUCCESS)
			status = cryptolib_p256_public(pair->privateKey, pair->publicKey);
	}
	return status;
}

void xs_p256(xsMachine* the)
{
	bool given = cryptolib_given(the, 0);
	KeyPair* pair;
	psa_status_t status;

	if (given)
		cryptolib_exactly(the, &xsArg(0), SCALAR_SIZE, "private key");
	pair = calloc(1, sizeof(KeyPair));
	if (!pair)
		xsUnknownError("no memory for a key pair");
	if (given) {
		memcpy(pair->privateKey, cryptolib_exactly(the, &xsArg(0), SCALAR_SIZE, "private key"), SCALAR_SIZE);
		status = cryptolib_p256_public(pair->privateKey, pair->publicKey);
	} else
		status = generate(pair);
	if (status != PSA_SUCCESS) {
		xs_p256_destructor(pair);
		if (status == PSA_ERROR_INVALID_ARGUMENT)
			xsRangeError("private key is not in 1..n-1");
		cryptolib_check(the, status, "key pair");
	}
	xsmcSetHostData(xsThis, pair);
}

void xs_p256_close(xsMachine* the)
{
	KeyPair* pair = xsmcGetHostDataValidate(xsThis, xs_p256_destructor);

	xsmcSetHostData(xsThis, NULL);
	xs_p256_destructor(pair);
}

void xs_p256_get_publicKey(xsMachine* the)
{
	KeyPair* pair = cryptolib_this(the, xs_p256_destructor);

	cryptolib_copy(the, &xsResult, pair->publicKey, POINT_SIZE);
}

void xs_p256_get_privateKey(xsMachine* the)
{
	KeyPair* pair = cryptolib_this(the, xs_p256_destructor);

	cryptolib_copy(the, &xsResult, pair->privateKey, SCALAR_SIZE);
}

void xs_p256_sign(xsMachine* the)
{
	KeyPair* pair = cryptolib_this(the, xs_p256_destructor);
	uint8_t hash[HASH_SIZE], signature[SIGNATURE_SIZE];
	const uint8_t* message;
	size_t length;
	psa_status_t status;

	cryptolib_arguments(the, 1);
	message = cryptolib_bytes(the, &xsArg(0), &length);
	status = psa_hash_compute(PSA_ALG_SHA_256, message, length, hash, sizeof(hash), &length);
	if (status == PSA_SUCCESS)
		status = cryptolib_p256_sign(pair->privateKey, hash, signature);
	cryptolib_check(the, status, "ECDSA");
	cryptolib_copy(the, &xsResult, signature, sizeof(signature));
}

void xs_p256_ecdh(xsMachine* the)
{
	KeyPair* pair = cryptolib_this(the, xs_p256_destructor);
	uint8_t secret[SCALAR_SIZE];
	const uint8_t* peer;
	size_t length;
	psa_key_id_t id;
	psa_status_t status;

	cryptolib_arguments(the, 1);
	peer = cryptolib_exactly(the, &xsArg(0), POINT_SIZE, "public key");
	status = cryptolib_import(KEY_TYPE, PSA_KEY_USAGE_DERIVE, PSA_ALG_ECDH, pair->privateKey, SCALAR_SIZE, &id);
	if (status == PSA_SUCCESS) {
		/* Refuses a point that is not on the curve. */
		status = psa_raw_key_agreement(PSA_ALG_ECDH, id, peer, POINT_SIZE, secret, sizeof(secret), &length);
		psa_destroy_key(id);
	}
	/* Another first byte than 0x04 is a form that the library has not. */
	if ((status == PSA_ERROR_INVALID_ARGUMENT) || (status == PSA_ERROR_NOT_SUPPORTED))
		xsRangeError("public key is not a point of the curve");
	cryptolib_check(the, status, "ECDH");
	cryptolib_copy(the, &xsResult, secret, sizeof(secret));
	mbedtls_platform_zeroize(secret, sizeof(secret));
}

void xs_p256_verify(xsMachine* the)
{
	uint8_t hash[HASH_SIZE];
	const uint8_t *key, *message, *signature;
	size_t keyLength, length, signatureLength;
	psa_status_t status = PSA_ERROR_INVALID_SIGNATURE;

	cryptolib_arguments(the, 3);
	cryptolib_check(the, psa_crypto_init(), "PSA");
	key = cryptolib_bytes(the, &xsArg(0), &keyLength);
	message = cryptolib_bytes(the, &xsArg(1), &length);
	signature = cryptolib_bytes(the, &xsArg(2), &signatureLength);
	/* Keys and signatures come from peers: what is malformed does not verify, it does not throw. */
	if ((keyLength == POINT_SIZE) && (signatureLength == SIGNATURE_SIZE)) {
		status = psa_hash_compute(PSA_ALG_SHA_256, message, length, hash, sizeof(hash), &length);
		if (status == PSA_SUCCESS)
			status = cryptolib_p256_verify(key, hash, signature);
	}
	if (status == PSA_ERROR_INSUFFICIENT_MEMORY)
		cryptolib_check(the, status, "ECDSA");
	xsmcSetBoolean(xsResult, status == PSA_SUCCESS);
}

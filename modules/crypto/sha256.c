/* SHA-256 (FIPS 180-4), whole or piece by piece. */
#include "cryptolib.h"

void xs_sha256_destructor(void* data)
{
	psa_hash_operation_t* operation = data;

	if (operation) {
		psa_hash_abort(operation);
		mbedtls_platform_zeroize(operation, sizeof(psa_hash_operation_t));
		free(operation);
	}
}

void xs_sha256(xsMachine* the)
{
	psa_hash_operation_t* operation;
	psa_status_t status;

	operation = calloc(1, sizeof(psa_hash_operation_t));
	if (!operation)
		xsUnknownError("no memory for a hash");
	status = psa_crypto_init();
	if (status == PSA_SUCCESS)
		status = psa_hash_setup(operation, PSA_ALG_SHA_256);
	if (status != PSA_SUCCESS) {
		xs_sha256_destructor(operation);
		cryptolib_check(the, status, "SHA-256");
	}
	xsmcSetHostData(xsThis, operation);
}

void xs_sha256_close(xsMachine* the)
{
	psa_hash_operation_t* operation = xsmcGetHostDataValidate(xsThis, xs_sha256_destructor);

	xsmcSetHostData(xsThis, NULL);
	xs_sha256_destructor(operation);
}

void xs_sha256_update(xsMachine* the)
{
	psa_hash_operation_t* operation = cryptolib_this(the, xs_sha256_destructor);
	const uint8_t* bytes;
	size_t length;

	cryptolib_arguments(the, 1);
	bytes = cryptolib_bytes(the, &xsArg(0), &length);
	cryptolib_check(the, psa_hash_update(operation, bytes, length), "SHA-256");
	xsResult = xsThis;
}

void xs_sha256_digest(xsMachine* the)
{
	psa_hash_operation_t* operation = cryptolib_this(the, xs_sha256_destructor);
	psa_hash_operation_t copy = PSA_HASH_OPERATION_INIT;
	uint8_t digest[HASH_SIZE];
	size_t length;
	psa_status_t status = psa_hash_clone(operation, &copy);

	if (status == PSA_SUCCESS)
		status = psa_hash_finish(&copy, digest, sizeof(digest), &length);
	psa_hash_abort(&copy);
	cryptolib_check(the, status, "SHA-256");
	cryptolib_copy(the, &xsResult, digest, sizeof(digest));
}

void xs_sha256_hash(xsMachine* the)
{
	uint8_t digest[HASH_SIZE];
	const uint8_t* bytes;
	size_t length;

	cryptolib_arguments(the, 1);
	cryptolib_check(the, psa_crypto_init(), "PSA");
	bytes = cryptolib_bytes(the, &xsArg(0), &length);
	cryptolib_check(the, psa_hash_compute(PSA_ALG_SHA_256, bytes, length, digest, sizeof(digest), &length), "SHA-256");
	cryptolib_copy(the, &xsResult, digest, sizeof(digest));
}

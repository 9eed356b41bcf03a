/* AES-128 in counter mode (NIST SP 800-38A, 6.5; Matter Core 3.7). */
#include "cryptolib.h"

#define BLOCK_SIZE 16

void xs_ctr(xsMachine* the)
{
	psa_cipher_operation_t operation = PSA_CIPHER_OPERATION_INIT;
	psa_key_id_t id;
	psa_status_t status;
	const uint8_t *key, *counter;
	xsIntegerValue start, end;
	void* data;
	uint8_t* bytes;
	xsUnsignedValue size;
	uint8_t block[BLOCK_SIZE];
	size_t written;

	/* Numbers before buffers: reading a number may run a script's valueOf. */
	cryptolib_arguments(the, 5);
	start = xsmcToInteger(xsArg(3));
	end = xsmcToInteger(xsArg(4));
	key = cryptolib_exactly(the, &xsArg(0), AES_KEY_SIZE, "key");
	counter = cryptolib_exactly(the, &xsArg(1), BLOCK_SIZE, "counter");
	xsmcGetBufferWritable(xsArg(2), &data, &size);
	bytes = data;
	if ((start < 0) || (end < start) || ((xsUnsignedValue)end > size))
		xsRangeError("%d bytes: start %d, end %d", (int)size, (int)start, (int)end);
	status = cryptolib_import(PSA_KEY_TYPE_AES, PSA_KEY_USAGE_ENCRYPT, PSA_ALG_CTR, key, AES_KEY_SIZE, &id);
	cryptolib_check(the, status, "key import");
	status = psa_cipher_encrypt_setup(&operation, id, PSA_ALG_CTR);
	if (status == PSA_SUCCESS)
		status = psa_cipher_set_iv(&operation, counter, BLOCK_SIZE);
	/* By blocks, because not every version works in place. */
	while ((status == PSA_SUCCESS) && (start < end)) {
		size_t count = (end - start < BLOCK_SIZE) ? (size_t)(end - start) : BLOCK_SIZE;

		status = psa_cipher_update(&operation, bytes + start, count, block, sizeof(block), &written);
		if ((status == PSA_SUCCESS) && (written != count))
			status = PSA_ERROR_GENERIC_ERROR;
		if (status == PSA_SUCCESS)
			memcpy(bytes + start, block, count);
		start += (xsIntegerValue)count;
	}
	psa_cipher_abort(&operation);
	psa_destroy_key(id);
	mbedtls_platform_zeroize(block, sizeof(block));
	cryptolib_check(the, status, "AES-CTR");
}

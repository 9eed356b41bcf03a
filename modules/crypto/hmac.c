/* HMAC-SHA256 (RFC 2104, FIPS 198-1). */
#include "cryptolib.h"

void xs_hmac(xsMachine* the)
{
	uint8_t mac[HASH_SIZE];
	const uint8_t *key, *data;
	size_t keyLength, length;

	cryptolib_arguments(the, 2);
	key = cryptolib_bytes(the, &xsArg(0), &keyLength);
	data = cryptolib_bytes(the, &xsArg(1), &length);
	cryptolib_check(the, cryptolib_hmac(key, keyLength, data, length, mac), "HMAC");
	cryptolib_copy(the, &xsResult, mac, sizeof(mac));
	mbedtls_platform_zeroize(mac, sizeof(mac));
}

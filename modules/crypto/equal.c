/* Comparison whose time tells nothing about where two byte strings differ. */
#include "cryptolib.h"

void xs_equal(xsMachine* the)
{
	const uint8_t *a, *b;
	size_t aLength, bLength;

	cryptolib_arguments(the, 2);
	a = cryptolib_bytes(the, &xsArg(0), &aLength);
	b = cryptolib_bytes(the, &xsArg(1), &bLength);
	xsmcSetBoolean(xsResult, (aLength == bLength) && !mbedtls_ct_memcmp(a, b, aLength));
}

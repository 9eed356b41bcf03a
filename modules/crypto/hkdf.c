/* HKDF-SHA256 (RFC 5869). */
#include "cryptolib.h"

#define OUTPUT_MAX (255 * HASH_SIZE)

void xs_hkdf(xsMachine* the)
{
	const uint8_t *secret, *salt, *info;
	size_t secretLength, saltLength, infoLength;
	xsIntegerValue length;
	uint8_t* output;

	cryptolib_arguments(the, 4);
	length = xsmcToInteger(xsArg(3));
	if ((length < 1) || (length > OUTPUT_MAX))
		xsRangeError("HKDF of %d bytes", (int)length);
	output = cryptolib_result(the, &xsResult, (size_t)length);
	secret = cryptolib_bytes(the, &xsArg(0), &secretLength);
	salt = cryptolib_bytes(the, &xsArg(1), &saltLength);
	if (xsmcTypeOf(xsArg(2)) == xsStringType) {
		/* A primitive string converts to itself: nothing moves. */
		info = (const uint8_t*)xsmcToString(xsArg(2));
		infoLength = strlen((const char*)info);
	} else
		info = cryptolib_bytes(the, &xsArg(2), &infoLength);
	cryptolib_check(
		the, cryptolib_hkdf(secret, secretLength, salt, saltLength, info, infoLength, output, (size_t)length), "HKDF");
}

/* PBKDF2-HMAC-SHA256 (RFC 8018). */
#include "cryptolib.h"

#define OUTPUT_MAX 1024

void xs_pbkdf2(xsMachine* the)
{
	const uint8_t *password, *salt;
	size_t passwordLength, saltLength;
	xsIntegerValue iterations, length;
	uint8_t* output;

	cryptolib_arguments(the, 4);
	iterations = xsmcToInteger(xsArg(2));
	length = xsmcToInteger(xsArg(3));
	if (iterations < 1)
		xsRangeError("PBKDF2 with %d iterations", (int)iterations);
	if ((length < 1) || (length > OUTPUT_MAX))
		xsRangeError("PBKDF2 of %d bytes", (int)length);
	output = cryptolib_result(the, &xsResult, (size_t)length);
	password = cryptolib_bytes(the, &xsArg(0), &passwordLength);
	salt = cryptolib_bytes(the, &xsArg(1), &saltLength);
	cryptolib_check(the,
		cryptolib_pbkdf2(password, passwordLength, salt, saltLength, (uint32_t)iterations, output, (size_t)length),
		"PBKDF2");
}

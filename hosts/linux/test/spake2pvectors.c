/* SPAKE2+ with given secrets, for published vectors: what it returns, no device may tell. */
#include "cryptolib.h"

void xs_spake2pvectors_evaluate(xsMachine* the)
{
	static const char* const names[] = { "pB", "Z", "V", "hash", "cA", "cB" };
	const size_t sizes[] = { POINT_SIZE, POINT_SIZE, POINT_SIZE, HASH_SIZE, HASH_SIZE, HASH_SIZE };
	const uint8_t* values[6];
	const uint8_t *w0, *L, *y, *pA;
	CryptolibPiece context, prover, verifier;
	CryptolibSpake2p exchange;

	cryptolib_arguments(the, 7);
	w0 = cryptolib_exactly(the, &xsArg(0), SCALAR_SIZE, "w0");
	L = cryptolib_exactly(the, &xsArg(1), POINT_SIZE, "L");
	y = cryptolib_exactly(the, &xsArg(2), SCALAR_SIZE, "y");
	pA = cryptolib_exactly(the, &xsArg(3), POINT_SIZE, "pA");
	context.bytes = cryptolib_bytes(the, &xsArg(4), &context.length);
	prover.bytes = cryptolib_bytes(the, &xsArg(5), &prover.length);
	verifier.bytes = cryptolib_bytes(the, &xsArg(6), &verifier.length);
	cryptolib_check(the, cryptolib_spake2p(&exchange, w0, L, y, pA, context, prover, verifier), "SPAKE2+");
	values[0] = exchange.pB;
	values[1] = exchange.Z;
	values[2] = exchange.V;
	values[3] = exchange.hash;
	values[4] = exchange.cA;
	values[5] = exchange.cB;
	xsmcVars(1);
	xsmcSetNewObject(xsResult);
	for (int i = 0; i < 6; i++) {
		cryptolib_copy(the, &xsVar(0), values[i], sizes[i]);
		xsmcSet(xsResult, xsID(names[i]), xsVar(0));
	}
	mbedtls_platform_zeroize(&exchange, sizeof(exchange));
}

/*
 * Counts what the natives do on the curve. The linker puts these functions in the place of those that they count (--wrap),
 * in the programs that run tests and in no other.
 */
#include "xsmc.h"
#include "../../../modules/crypto/cryptolib.h"

enum { kKey, kAgreement, kSignature, kVerification, kSpake2p, kKinds };

static int gCounts[kKinds];

psa_status_t __real_cryptolib_p256_public(const uint8_t scalar[SCALAR_SIZE], uint8_t point[POINT_SIZE]);
psa_status_t __real_cryptolib_p256_sign(
	const uint8_t scalar[SCALAR_SIZE], const uint8_t hash[HASH_SIZE], uint8_t signature[SIGNATURE_SIZE]);
psa_status_t __real_cryptolib_p256_verify(
	const uint8_t key[POINT_SIZE], const uint8_t hash[HASH_SIZE], const uint8_t signature[SIGNATURE_SIZE]);
psa_status_t __real_cryptolib_p256_spake2p(const uint8_t w0[SCALAR_SIZE], const uint8_t L[POINT_SIZE],
	const uint8_t y[SCALAR_SIZE], const uint8_t pA[POINT_SIZE], uint8_t pB[POINT_SIZE], uint8_t Z[POINT_SIZE],
	uint8_t V[POINT_SIZE]);
psa_status_t __real_psa_raw_key_agreement(psa_algorithm_t algorithm, mbedtls_svc_key_id_t key, const uint8_t* peer,
	size_t peerLength, uint8_t* output, size_t size, size_t* length);

psa_status_t __wrap_cryptolib_p256_public(const uint8_t scalar[SCALAR_SIZE], uint8_t point[POINT_SIZE])
{
	gCounts[kKey]++;
	return __real_cryptolib_p256_public(scalar, point);
}

psa_status_t __wrap_cryptolib_p256_sign(
	const uint8_t scalar[SCALAR_SIZE], const uint8_t hash[HASH_SIZE], uint8_t signature[SIGNATURE_SIZE])
{
	gCounts[kSignature]++;
	return __real_cryptolib_p256_sign(scalar, hash, signature);
}

psa_status_t __wrap_cryptolib_p256_verify(
	const uint8_t key[POINT_SIZE], const uint8_t hash[HASH_SIZE], const uint8_t signature[SIGNATURE_SIZE])
{
	gCounts[kVerification]++;
	return __real_cryptolib_p256_verify(key, hash, signature);
}

psa_status_t __wrap_cryptolib_p256_spake2p(const uint8_t w0[SCALAR_SIZE], const uint8_t L[POINT_SIZE],
	const uint8_t y[SCALAR_SIZE], const uint8_t pA[POINT_SIZE], uint8_t pB[POINT_SIZE], uint8_t Z[POINT_SIZE],
	uint8_t V[POINT_SIZE])
{
	gCounts[kSpake2p]++;
	return __real_cryptolib_p256_spake2p(w0, L, y, pA, pB, Z, V);
}

psa_status_t __wrap_psa_raw_key_agreement(psa_algorithm_t algorithm, mbedtls_svc_key_id_t key, const uint8_t* peer,
	size_t peerLength, uint8_t* output, size_t size, size_t* length)
{
	gCounts[kAgreement]++;
	return __real_psa_raw_key_agreement(algorithm, key, peer, peerLength, output, size, length);
}

/* How often the given kind was done since the program started. */
void xs_test_curveCount(xsMachine* the)
{
	int kind = (xsmcArgc > 0) ? xsmcToInteger(xsArg(0)) : -1;
	if ((kind < 0) || (kind >= kKinds))
		xsRangeError("no such kind");
	xsmcSetInteger(xsResult, gCounts[kind]);
}

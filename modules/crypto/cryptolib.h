/*
 * What the native cryptography shares: checked access to arguments and results, and the few operations that differ
 * between Mbed TLS 2.28 or 3 (a computer) and Mbed TLS 4 (ESP-IDF v6). Everything else calls PSA Crypto directly.
 *
 * Time and secrets. Comparisons (equal, confirm, tags) take the same time wherever bytes differ. Multiplications of points
 * by secrets are the library's constant-time ones, blinded with random coordinates. AES is the processor's instructions
 * or the chip's unit; where neither is there, the library's tables leak to whoever shares the cache. Reducing a number
 * modulo the curve's order is not constant time: it happens to a passcode's hash once a window, before any peer speaks,
 * and to random numbers. Secrets are wiped when their object is closed or collected; what a caller took into the
 * JavaScript heap (privateKey, sharedKey, hkdf) is the caller's to drop early.
 */
#ifndef CRYPTOLIB_H
#define CRYPTOLIB_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <mbedtls/constant_time.h>
#include <mbedtls/platform_util.h>
#include <mbedtls/version.h>
#include <psa/crypto.h>

#if MBEDTLS_VERSION_MAJOR < 4
#include <mbedtls/ccm.h>
#endif

#include "xsmc.h"

#define AES_KEY_SIZE 16
#define CCM_NONCE_SIZE 13
#define CCM_TAG_SIZE 16
/* A 13-byte nonce leaves two bytes for the length of the message (RFC 3610, 2). */
#define CCM_MESSAGE_MAX 0xFFFF
/* Longer associated data would need the six-byte length form (RFC 3610, 2.2). */
#define CCM_AAD_MAX 0xFEFF
#define HASH_SIZE 32
#define SCALAR_SIZE 32
#define POINT_SIZE 65
#define SIGNATURE_SIZE 64

/* ---- arguments and results -------------------------------------------------------------------------------------- */

/* Throws unless at least `count` arguments were given. xsArg does not check in release builds. */
void cryptolib_arguments(xsMachine* the, int count);
/* The bytes of a byte buffer. The pointer is good until the next allocation in the machine. */
uint8_t* cryptolib_bytes(xsMachine* the, xsSlot* slot, size_t* length);
/* The same, which throws a RangeError unless the length is `length`. */
uint8_t* cryptolib_exactly(xsMachine* the, xsSlot* slot, size_t length, const char* what);
/* True when the argument is there and is not undefined. */
bool cryptolib_given(xsMachine* the, int index);
/* Makes *slot a new Uint8Array of `length` bytes, and returns where they are. Moves every other buffer. */
uint8_t* cryptolib_result(xsMachine* the, xsSlot* slot, size_t length);
/* Makes *slot a new Uint8Array with a copy of `bytes`, which must not be in the machine's heap. */
void cryptolib_copy(xsMachine* the, xsSlot* slot, const void* bytes, size_t length);
/* Throws an Error that says what failed, unless status is PSA_SUCCESS. */
void cryptolib_check(xsMachine* the, psa_status_t status, const char* what);
/* The native record of xsThis; throws when it was closed. */
void* cryptolib_this(xsMachine* the, xsDestructor destructor);

/* ---- PSA, the same on every version ------------------------------------------------------------------------------ */

psa_status_t cryptolib_import(psa_key_type_t type, psa_key_usage_t usage, psa_algorithm_t algorithm, const uint8_t* key,
	size_t length, psa_key_id_t* id);
psa_status_t cryptolib_hmac(
	const uint8_t* key, size_t keyLength, const uint8_t* data, size_t length, uint8_t mac[HASH_SIZE]);
psa_status_t cryptolib_hkdf(const uint8_t* secret, size_t secretLength, const uint8_t* salt, size_t saltLength,
	const uint8_t* info, size_t infoLength, uint8_t* output, size_t length);

/* ---- what differs between the versions: cryptolib.c --------------------------------------------------------------- */

/* An AES-128-CCM key that is ready for use. */
typedef struct {
#if MBEDTLS_VERSION_MAJOR < 4
	mbedtls_ccm_context context;
#else
	psa_key_id_t id;
#endif
} CryptolibAead;

psa_status_t cryptolib_aead_open(CryptolibAead* aead, const uint8_t key[AES_KEY_SIZE]);
void cryptolib_aead_close(CryptolibAead* aead);
/* output has room for length + CCM_TAG_SIZE and may be input. */
psa_status_t cryptolib_aead_encrypt(CryptolibAead* aead, const uint8_t nonce[CCM_NONCE_SIZE], const uint8_t* aad,
	size_t aadLength, const uint8_t* input, size_t length, uint8_t* output);
/* length includes the tag; output has room for length - CCM_TAG_SIZE and may be input. PSA_ERROR_INVALID_SIGNATURE on a wrong tag. */
psa_status_t cryptolib_aead_decrypt(CryptolibAead* aead, const uint8_t nonce[CCM_NONCE_SIZE], const uint8_t* aad,
	size_t aadLength, const uint8_t* input, size_t length, uint8_t* output);

psa_status_t cryptolib_pbkdf2(const uint8_t* password, size_t passwordLength, const uint8_t* salt, size_t saltLength,
	uint32_t iterations, uint8_t* output, size_t length);

/* scalar = number mod the order of P-256; both big-endian. */
psa_status_t cryptolib_p256_reduce(const uint8_t* number, size_t length, uint8_t scalar[SCALAR_SIZE]);
/* point = scalar * G, for a scalar in 1..n-1. */
psa_status_t cryptolib_p256_public(const uint8_t scalar[SCALAR_SIZE], uint8_t point[POINT_SIZE]);
/* ECDSA over a SHA-256 hash; a signature is r and s. PSA_SUCCESS of verify alone means that it is right. */
psa_status_t cryptolib_p256_sign(
	const uint8_t scalar[SCALAR_SIZE], const uint8_t hash[HASH_SIZE], uint8_t signature[SIGNATURE_SIZE]);
psa_status_t cryptolib_p256_verify(
	const uint8_t key[POINT_SIZE], const uint8_t hash[HASH_SIZE], const uint8_t signature[SIGNATURE_SIZE]);
/*
 * The verifier's half of SPAKE2+ (RFC 9383, 3.3): pB = y*G + w0*N, Z = y*(pA - w0*M), V = y*L.
 * PSA_ERROR_INVALID_ARGUMENT when pA or L is not on the curve or Z would be the neutral point.
 */
psa_status_t cryptolib_p256_spake2p(const uint8_t w0[SCALAR_SIZE], const uint8_t L[POINT_SIZE],
	const uint8_t y[SCALAR_SIZE], const uint8_t pA[POINT_SIZE], uint8_t pB[POINT_SIZE], uint8_t Z[POINT_SIZE],
	uint8_t V[POINT_SIZE]);

/* The two fixed points of SPAKE2+ for P-256 (RFC 9383, 4), uncompressed. */
extern const uint8_t CRYPTOLIB_SPAKE2P_M[POINT_SIZE];
extern const uint8_t CRYPTOLIB_SPAKE2P_N[POINT_SIZE];

/* ---- SPAKE2+ with any scalar and identities: spake2p.c, and what tests it with published vectors ------------------- */

/* What one run gives: the share, the hash of the transcript (Ka and Ke) and both confirmations. */
typedef struct {
	uint8_t pB[POINT_SIZE];
	uint8_t Z[POINT_SIZE];
	uint8_t V[POINT_SIZE];
	uint8_t hash[HASH_SIZE];
	uint8_t cA[HASH_SIZE];
	uint8_t cB[HASH_SIZE];
} CryptolibSpake2p;

typedef struct {
	const uint8_t* bytes;
	size_t length;
} CryptolibPiece;

/* PSA_ERROR_INVALID_ARGUMENT as cryptolib_p256_spake2p. */
psa_status_t cryptolib_spake2p(CryptolibSpake2p* exchange, const uint8_t* w0, const uint8_t* L, const uint8_t* y,
	const uint8_t* pA, CryptolibPiece context, CryptolibPiece prover, CryptolibPiece verifier);

#endif

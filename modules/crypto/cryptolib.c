/*
 * The one file that knows which Mbed TLS this is. 2.28 has no PBKDF2 behind PSA and too few PSA key slots for two keys a
 * session; no version has point arithmetic behind PSA, which SPAKE2+ needs.
 */
/* Mbed TLS 4 declares the arithmetic only to those who ask for it. */
#define MBEDTLS_DECLARE_PRIVATE_IDENTIFIERS
#include "cryptolib.h"

#if MBEDTLS_VERSION_MAJOR < 4
#include <mbedtls/ecdsa.h>
#include <mbedtls/ecp.h>
#include <mbedtls/md.h>
#include <mbedtls/pkcs5.h>
#else
#include <mbedtls/private/ecp.h>
#endif

/* ---- arguments and results -------------------------------------------------------------------------------------- */

void cryptolib_arguments(xsMachine* the, int count)
{
	if (xsmcArgc < count)
		xsTypeError("%d arguments expected, %d given", count, (int)xsmcArgc);
}

uint8_t* cryptolib_bytes(xsMachine* the, xsSlot* slot, size_t* length)
{
	void* data;
	xsUnsignedValue count;

	xsmcGetBufferReadable(*slot, &data, &count);
	*length = count;
	return data;
}

uint8_t* cryptolib_exactly(xsMachine* the, xsSlot* slot, size_t length, const char* what)
{
	size_t count;
	uint8_t* bytes = cryptolib_bytes(the, slot, &count);

	if (count != length)
		xsRangeError("%s: %d bytes expected, %d given", what, (int)length, (int)count);
	return bytes;
}

bool cryptolib_given(xsMachine* the, int index)
{
	return (xsmcArgc > index) && (xsmcTypeOf(xsArg(index)) != xsUndefinedType);
}

uint8_t* cryptolib_result(xsMachine* the, xsSlot* slot, size_t length)
{
	void* data;
	xsUnsignedValue count;

	xsmcSetArrayBuffer(*slot, NULL, (xsIntegerValue)length);
	*slot = xsNew1(xsGlobal, xsID("Uint8Array"), *slot);
	xsmcGetBufferWritable(*slot, &data, &count);
	if (count != length)
		xsUnknownError("Uint8Array was replaced");
	return data;
}

void cryptolib_copy(xsMachine* the, xsSlot* slot, const void* bytes, size_t length)
{
	memcpy(cryptolib_result(the, slot, length), bytes, length);
}

void cryptolib_check(xsMachine* the, psa_status_t status, const char* what)
{
	if (status != PSA_SUCCESS)
		xsUnknownError("%s failed (PSA status %d)", what, (int)status);
}

void* cryptolib_this(xsMachine* the, xsDestructor destructor)
{
	void* record = xsmcGetHostDataValidate(xsThis, destructor);

	if (!record)
		xsUnknownError("closed");
	return record;
}

/* ---- PSA, the same on every version ------------------------------------------------------------------------------ */

psa_status_t cryptolib_import(psa_key_type_t type, psa_key_usage_t usage, psa_algorithm_t algorithm, const uint8_t* key,
	size_t length, psa_key_id_t* id)
{
	psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
	psa_status_t status = psa_crypto_init();

	if (status != PSA_SUCCESS)
		return status;
	psa_set_key_type(&attributes, type);
	psa_set_key_usage_flags(&attributes, usage);
	psa_set_key_algorithm(&attributes, algorithm);
	return psa_import_key(&attributes, key, length, id);
}

psa_status_t cryptolib_hmac(
	const uint8_t* key, size_t keyLength, const uint8_t* data, size_t length, uint8_t mac[HASH_SIZE])
{
	/* PSA has no empty keys; HMAC pads a key with zeros, so one zero byte is the same key. */
	static const uint8_t empty[1] = { 0 };
	const psa_algorithm_t algorithm = PSA_ALG_HMAC(PSA_ALG_SHA_256);
	psa_key_id_t id;
	size_t macLength;
	psa_status_t status = keyLength
		? cryptolib_import(PSA_KEY_TYPE_HMAC, PSA_KEY_USAGE_SIGN_MESSAGE, algorithm, key, keyLength, &id)
		: cryptolib_import(PSA_KEY_TYPE_HMAC, PSA_KEY_USAGE_SIGN_MESSAGE, algorithm, empty, sizeof(empty), &id);

	if (status != PSA_SUCCESS)
		return status;
	status = psa_mac_compute(id, algorithm, data, length, mac, HASH_SIZE, &macLength);
	psa_destroy_key(id);
	return status;
}

psa_status_t cryptolib_hkdf(const uint8_t* secret, size_t secretLength, const uint8_t* salt, size_t saltLength,
	const uint8_t* info, size_t infoLength, uint8_t* output, size_t length)
{
	psa_key_derivation_operation_t operation = PSA_KEY_DERIVATION_OPERATION_INIT;
	psa_status_t status = psa_crypto_init();

	if (status == PSA_SUCCESS)
		status = psa_key_derivation_setup(&operation, PSA_ALG_HKDF(PSA_ALG_SHA_256));
	if (status == PSA_SUCCESS)
		status = psa_key_derivation_input_bytes(&operation, PSA_KEY_DERIVATION_INPUT_SALT, salt, saltLength);
	if (status == PSA_SUCCESS)
		status = psa_key_derivation_input_bytes(&operation, PSA_KEY_DERIVATION_INPUT_SECRET, secret, secretLength);
	if (status == PSA_SUCCESS)
		status = psa_key_derivation_input_bytes(&operation, PSA_KEY_DERIVATION_INPUT_INFO, info, infoLength);
	if (status == PSA_SUCCESS)
		status = psa_key_derivation_output_bytes(&operation, output, length);
	psa_key_derivation_abort(&operation);
	return status;
}

/* ---- AES-128-CCM -------------------------------------------------------------------------------------------------- */

#if MBEDTLS_VERSION_MAJOR < 4

/*
 * Debian's 2.28 has 32 volatile PSA key slots for the whole process; 16 sessions alone would take them all. Importing
 * the key around every call costs twice the time of the whole operation, so the key schedule is kept in the context.
 */
psa_status_t cryptolib_aead_open(CryptolibAead* aead, const uint8_t key[AES_KEY_SIZE])
{
	mbedtls_ccm_init(&aead->context);
	return mbedtls_ccm_setkey(&aead->context, MBEDTLS_CIPHER_ID_AES, key, AES_KEY_SIZE * 8)
		? PSA_ERROR_INSUFFICIENT_MEMORY
		: PSA_SUCCESS;
}

void cryptolib_aead_close(CryptolibAead* aead)
{
	mbedtls_ccm_free(&aead->context);
}

psa_status_t cryptolib_aead_encrypt(CryptolibAead* aead, const uint8_t nonce[CCM_NONCE_SIZE], const uint8_t* aad,
	size_t aadLength, const uint8_t* input, size_t length, uint8_t* output)
{
	return mbedtls_ccm_encrypt_and_tag(&aead->context, length, nonce, CCM_NONCE_SIZE, aad, aadLength, input, output,
			   output + length, CCM_TAG_SIZE)
		? PSA_ERROR_GENERIC_ERROR
		: PSA_SUCCESS;
}

psa_status_t cryptolib_aead_decrypt(CryptolibAead* aead, const uint8_t nonce[CCM_NONCE_SIZE], const uint8_t* aad,
	size_t aadLength, const uint8_t* input, size_t length, uint8_t* output)
{
	length -= CCM_TAG_SIZE;
	return mbedtls_ccm_auth_decrypt(&aead->context, length, nonce, CCM_NONCE_SIZE, aad, aadLength, input, output,
			   input + length, CCM_TAG_SIZE)
		? PSA_ERROR_INVALID_SIGNATURE
		: PSA_SUCCESS;
}

#else

psa_status_t cryptolib_aead_open(CryptolibAead* aead, const uint8_t key[AES_KEY_SIZE])
{
	return cryptolib_import(
		PSA_KEY_TYPE_AES, PSA_KEY_USAGE_ENCRYPT | PSA_KEY_USAGE_DECRYPT, PSA_ALG_CCM, key, AES_KEY_SIZE, &aead->id);
}

void cryptolib_aead_close(CryptolibAead* aead)
{
	psa_destroy_key(aead->id);
}

psa_status_t cryptolib_aead_encrypt(CryptolibAead* aead, const uint8_t nonce[CCM_NONCE_SIZE], const uint8_t* aad,
	size_t aadLength, const uint8_t* input, size_t length, uint8_t* output)
{
	size_t written;

	return psa_aead_encrypt(aead->id, PSA_ALG_CCM, nonce, CCM_NONCE_SIZE, aad, aadLength, input, length, output,
		length + CCM_TAG_SIZE, &written);
}

psa_status_t cryptolib_aead_decrypt(CryptolibAead* aead, const uint8_t nonce[CCM_NONCE_SIZE], const uint8_t* aad,
	size_t aadLength, const uint8_t* input, size_t length, uint8_t* output)
{
	size_t written;

	return psa_aead_decrypt(aead->id, PSA_ALG_CCM, nonce, CCM_NONCE_SIZE, aad, aadLength, input, length, output,
		length - CCM_TAG_SIZE, &written);
}

#endif

/* ---- PBKDF2 ------------------------------------------------------------------------------------------------------- */

#if MBEDTLS_VERSION_MAJOR < 4

psa_status_t cryptolib_pbkdf2(const uint8_t* password, size_t passwordLength, const uint8_t* salt, size_t saltLength,
	uint32_t iterations, uint8_t* output, size_t length)
{
	const mbedtls_md_info_t* sha256 = mbedtls_md_info_from_type(MBEDTLS_MD_SHA256);
	mbedtls_md_context_t context;
	int error;

	mbedtls_md_init(&context);
	error = mbedtls_md_setup(&context, sha256, 1);
	if (!error)
		error = mbedtls_pkcs5_pbkdf2_hmac(
			&context, password, passwordLength, salt, saltLength, iterations, (uint32_t)length, output);
	mbedtls_md_free(&context);
	return error ? PSA_ERROR_GENERIC_ERROR : PSA_SUCCESS;
}

#else

psa_status_t cryptolib_pbkdf2(const uint8_t* password, size_t passwordLength, const uint8_t* salt, size_t saltLength,
	uint32_t iterations, uint8_t* output, size_t length)
{
	psa_key_derivation_operation_t operation = PSA_KEY_DERIVATION_OPERATION_INIT;
	psa_status_t status = psa_crypto_init();

	if (status == PSA_SUCCESS)
		status = psa_key_derivation_setup(&operation, PSA_ALG_PBKDF2_HMAC(PSA_ALG_SHA_256));
	if (status == PSA_SUCCESS)
		status = psa_key_derivation_input_integer(&operation, PSA_KEY_DERIVATION_INPUT_COST, iterations);
	if (status == PSA_SUCCESS)
		status = psa_key_derivation_input_bytes(&operation, PSA_KEY_DERIVATION_INPUT_SALT, salt, saltLength);
	if (status == PSA_SUCCESS)
		status =
			psa_key_derivation_input_bytes(&operation, PSA_KEY_DERIVATION_INPUT_PASSWORD, password, passwordLength);
	if (status == PSA_SUCCESS)
		status = psa_key_derivation_output_bytes(&operation, output, length);
	psa_key_derivation_abort(&operation);
	return status;
}

#endif

/* ---- points of P-256 ---------------------------------------------------------------------------------------------- */

/* clang-format off */
const uint8_t CRYPTOLIB_SPAKE2P_M[POINT_SIZE] = {
	0x04,
	0x88, 0x6e, 0x2f, 0x97, 0xac, 0xe4, 0x6e, 0x55, 0xba, 0x9d, 0xd7, 0x24, 0x25, 0x79, 0xf2, 0x99,
	0x3b, 0x64, 0xe1, 0x6e, 0xf3, 0xdc, 0xab, 0x95, 0xaf, 0xd4, 0x97, 0x33, 0x3d, 0x8f, 0xa1, 0x2f,
	0x5f, 0xf3, 0x55, 0x16, 0x3e, 0x43, 0xce, 0x22, 0x4e, 0x0b, 0x0e, 0x65, 0xff, 0x02, 0xac, 0x8e,
	0x5c, 0x7b, 0xe0, 0x94, 0x19, 0xc7, 0x85, 0xe0, 0xca, 0x54, 0x7d, 0x55, 0xa1, 0x2e, 0x2d, 0x20,
};

const uint8_t CRYPTOLIB_SPAKE2P_N[POINT_SIZE] = {
	0x04,
	0xd8, 0xbb, 0xd6, 0xc6, 0x39, 0xc6, 0x29, 0x37, 0xb0, 0x4d, 0x99, 0x7f, 0x38, 0xc3, 0x77, 0x07,
	0x19, 0xc6, 0x29, 0xd7, 0x01, 0x4d, 0x49, 0xa2, 0x4b, 0x4f, 0x98, 0xba, 0xa1, 0x29, 0x2b, 0x49,
	0x07, 0xd6, 0x0a, 0xa6, 0xbf, 0xad, 0xe4, 0x50, 0x08, 0xa6, 0x36, 0x33, 0x7f, 0x51, 0x68, 0xc6,
	0x4d, 0x9b, 0xd3, 0x60, 0x34, 0x80, 0x8c, 0xd5, 0x64, 0x49, 0x0b, 0x1e, 0x65, 0x6e, 0xdb, 0xe7,
};
/* clang-format on */

static int blind(void* context, unsigned char* output, size_t length)
{
	(void)context;
	return (psa_generate_random(output, length) == PSA_SUCCESS) ? 0 : MBEDTLS_ERR_ECP_RANDOM_FAILED;
}

static psa_status_t statusOf(int error)
{
	/* Comparisons, not a switch: in Mbed TLS 4 the first two are the same number. */
	if (!error)
		return PSA_SUCCESS;
	if ((error == MBEDTLS_ERR_MPI_ALLOC_FAILED) || (error == MBEDTLS_ERR_ECP_ALLOC_FAILED))
		return PSA_ERROR_INSUFFICIENT_MEMORY;
	if (error == MBEDTLS_ERR_ECP_RANDOM_FAILED)
		return PSA_ERROR_INSUFFICIENT_ENTROPY;
	return PSA_ERROR_INVALID_ARGUMENT;
}

/*
 * The curve, loaded once for the process: Mbed TLS before 4 computes a table of the generator's multiples (10 KB) with the
 * first multiplication, and a group that lives on makes every later one more than twice as fast. Version 4 has the table
 * in its constants.
 */
static int curve(mbedtls_ecp_group** group)
{
	static mbedtls_ecp_group p256;
	int error = 0;

	if (p256.id != MBEDTLS_ECP_DP_SECP256R1) {
		mbedtls_ecp_group_init(&p256);
		error = mbedtls_ecp_group_load(&p256, MBEDTLS_ECP_DP_SECP256R1);
		if (error)
			mbedtls_ecp_group_free(&p256);
	}
	*group = &p256;
	return error;
}

static int readPoint(mbedtls_ecp_group* group, mbedtls_ecp_point* point, const uint8_t bytes[POINT_SIZE])
{
	int error = mbedtls_ecp_point_read_binary(group, point, bytes, POINT_SIZE);

	return error ? error : mbedtls_ecp_check_pubkey(group, point);
}

static int writePoint(mbedtls_ecp_group* group, const mbedtls_ecp_point* point, uint8_t bytes[POINT_SIZE])
{
	size_t length;

	return mbedtls_ecp_point_write_binary(group, point, MBEDTLS_ECP_PF_UNCOMPRESSED, &length, bytes, POINT_SIZE);
}

psa_status_t cryptolib_p256_reduce(const uint8_t* number, size_t length, uint8_t scalar[SCALAR_SIZE])
{
	mbedtls_ecp_group* group;
	mbedtls_mpi value;
	int error;

	mbedtls_mpi_init(&value);
	error = curve(&group);
	if (!error)
		error = mbedtls_mpi_read_binary(&value, number, length);
	if (!error)
		error = mbedtls_mpi_mod_mpi(&value, &value, &group->N);
	if (!error)
		error = mbedtls_mpi_write_binary(&value, scalar, SCALAR_SIZE);
	mbedtls_mpi_free(&value);
	return statusOf(error);
}

psa_status_t cryptolib_p256_public(const uint8_t scalar[SCALAR_SIZE], uint8_t point[POINT_SIZE])
{
	mbedtls_ecp_group* group;
	mbedtls_ecp_point product;
	mbedtls_mpi factor;
	psa_status_t status = psa_crypto_init();
	int error;

	if (status != PSA_SUCCESS)
		return status;
	mbedtls_ecp_point_init(&product);
	mbedtls_mpi_init(&factor);
	error = curve(&group);
	if (!error)
		error = mbedtls_mpi_read_binary(&factor, scalar, SCALAR_SIZE);
	if (!error)
		error = mbedtls_ecp_mul(group, &product, &factor, &group->G, blind, NULL);
	if (!error)
		error = writePoint(group, &product, point);
	mbedtls_mpi_free(&factor);
	mbedtls_ecp_point_free(&product);
	return statusOf(error);
}

#if MBEDTLS_VERSION_MAJOR < 4

/* PSA would load the curve, and compute the table, for every signature. */
psa_status_t cryptolib_p256_sign(
	const uint8_t scalar[SCALAR_SIZE], const uint8_t hash[HASH_SIZE], uint8_t signature[SIGNATURE_SIZE])
{
	mbedtls_ecp_group* group;
	mbedtls_mpi factor, r, s;
	int error;

	mbedtls_mpi_init(&factor);
	mbedtls_mpi_init(&r);
	mbedtls_mpi_init(&s);
	error = curve(&group);
	if (!error)
		error = mbedtls_mpi_read_binary(&factor, scalar, SCALAR_SIZE);
	if (!error)
		error = mbedtls_ecdsa_sign(group, &r, &s, &factor, hash, HASH_SIZE, blind, NULL);
	if (!error)
		error = mbedtls_mpi_write_binary(&r, signature, SCALAR_SIZE);
	if (!error)
		error = mbedtls_mpi_write_binary(&s, signature + SCALAR_SIZE, SCALAR_SIZE);
	mbedtls_mpi_free(&s);
	mbedtls_mpi_free(&r);
	mbedtls_mpi_free(&factor);
	return statusOf(error);
}

psa_status_t cryptolib_p256_verify(
	const uint8_t key[POINT_SIZE], const uint8_t hash[HASH_SIZE], const uint8_t signature[SIGNATURE_SIZE])
{
	mbedtls_ecp_group* group;
	mbedtls_ecp_point point;
	mbedtls_mpi r, s;
	int error;

	mbedtls_ecp_point_init(&point);
	mbedtls_mpi_init(&r);
	mbedtls_mpi_init(&s);
	error = curve(&group);
	if (!error)
		error = readPoint(group, &point, key);
	if (!error)
		error = mbedtls_mpi_read_binary(&r, signature, SCALAR_SIZE);
	if (!error)
		error = mbedtls_mpi_read_binary(&s, signature + SCALAR_SIZE, SCALAR_SIZE);
	if (!error)
		error = mbedtls_ecdsa_verify(group, hash, HASH_SIZE, &point, &r, &s);
	mbedtls_mpi_free(&s);
	mbedtls_mpi_free(&r);
	mbedtls_ecp_point_free(&point);
	return statusOf(error);
}

#else

#define KEY_TYPE PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1)
#define PUBLIC_KEY_TYPE PSA_KEY_TYPE_ECC_PUBLIC_KEY(PSA_ECC_FAMILY_SECP_R1)
#define SIGNING PSA_ALG_ECDSA(PSA_ALG_SHA_256)

psa_status_t cryptolib_p256_sign(
	const uint8_t scalar[SCALAR_SIZE], const uint8_t hash[HASH_SIZE], uint8_t signature[SIGNATURE_SIZE])
{
	psa_key_id_t id;
	size_t length;
	psa_status_t status = cryptolib_import(KEY_TYPE, PSA_KEY_USAGE_SIGN_HASH, SIGNING, scalar, SCALAR_SIZE, &id);

	if (status == PSA_SUCCESS) {
		status = psa_sign_hash(id, SIGNING, hash, HASH_SIZE, signature, SIGNATURE_SIZE, &length);
		psa_destroy_key(id);
	}
	return status;
}

psa_status_t cryptolib_p256_verify(
	const uint8_t key[POINT_SIZE], const uint8_t hash[HASH_SIZE], const uint8_t signature[SIGNATURE_SIZE])
{
	psa_key_id_t id;
	psa_status_t status = cryptolib_import(PUBLIC_KEY_TYPE, PSA_KEY_USAGE_VERIFY_HASH, SIGNING, key, POINT_SIZE, &id);

	if (status == PSA_SUCCESS) {
		status = psa_verify_hash(id, SIGNING, hash, HASH_SIZE, signature, SIGNATURE_SIZE);
		psa_destroy_key(id);
	}
	return status;
}

#endif

psa_status_t cryptolib_p256_spake2p(const uint8_t w0[SCALAR_SIZE], const uint8_t L[POINT_SIZE],
	const uint8_t y[SCALAR_SIZE], const uint8_t pA[POINT_SIZE], uint8_t pB[POINT_SIZE], uint8_t Z[POINT_SIZE],
	uint8_t V[POINT_SIZE])
{
	mbedtls_ecp_group* group;
	mbedtls_ecp_point a, b;
	mbedtls_mpi password, negated, secret, one;
	psa_status_t status = psa_crypto_init();
	int error;

	if (status != PSA_SUCCESS)
		return status;
	mbedtls_ecp_point_init(&a);
	mbedtls_ecp_point_init(&b);
	mbedtls_mpi_init(&password);
	mbedtls_mpi_init(&negated);
	mbedtls_mpi_init(&secret);
	mbedtls_mpi_init(&one);
	error = curve(&group);
	if (!error)
		error = mbedtls_mpi_read_binary(&password, w0, SCALAR_SIZE);
	if (!error)
		error = mbedtls_mpi_sub_mpi(&negated, &group->N, &password);
	if (!error)
		error = mbedtls_mpi_read_binary(&secret, y, SCALAR_SIZE);
	if (!error)
		error = mbedtls_mpi_lset(&one, 1);

	/* Every product with a secret factor goes through mbedtls_ecp_mul, whose time does not depend on it;
	   mbedtls_ecp_muladd has no such promise and only adds. */

	/* Z = y * (pA + (n - w0) * M): first, as it is what a hostile pA fails. */
	if (!error)
		error = readPoint(group, &a, CRYPTOLIB_SPAKE2P_M);
	if (!error)
		error = mbedtls_ecp_mul(group, &b, &negated, &a, blind, NULL);
	if (!error)
		error = readPoint(group, &a, pA);
	if (!error)
		error = mbedtls_ecp_muladd(group, &b, &one, &a, &one, &b);
	if (!error && mbedtls_ecp_is_zero(&b))
		error = MBEDTLS_ERR_ECP_INVALID_KEY;
	if (!error)
		error = mbedtls_ecp_mul(group, &a, &secret, &b, blind, NULL);
	if (!error)
		error = writePoint(group, &a, Z);

	/* V = y * L */
	if (!error)
		error = readPoint(group, &a, L);
	if (!error)
		error = mbedtls_ecp_mul(group, &b, &secret, &a, blind, NULL);
	if (!error)
		error = writePoint(group, &b, V);

	/* pB = y * G + w0 * N */
	if (!error)
		error = readPoint(group, &a, CRYPTOLIB_SPAKE2P_N);
	if (!error)
		error = mbedtls_ecp_mul(group, &b, &password, &a, blind, NULL);
	if (!error)
		error = mbedtls_ecp_mul(group, &a, &secret, &group->G, blind, NULL);
	if (!error)
		error = mbedtls_ecp_muladd(group, &b, &one, &a, &one, &b);
	if (!error && mbedtls_ecp_is_zero(&b))
		error = MBEDTLS_ERR_ECP_INVALID_KEY;
	if (!error)
		error = writePoint(group, &b, pB);

	mbedtls_mpi_free(&one);
	mbedtls_mpi_free(&secret);
	mbedtls_mpi_free(&negated);
	mbedtls_mpi_free(&password);
	mbedtls_ecp_point_free(&b);
	mbedtls_ecp_point_free(&a);
	return statusOf(error);
}

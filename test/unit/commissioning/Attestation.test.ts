import { concatBytes, fromHex, toHex } from "../../../modules/codec/Bytes";
import { TlvReader, TlvType } from "../../../modules/codec/TlvReader";
import { x509ToTlv } from "../../support/X509";
import { X509Reader, signatureFromDer } from "../../support/X509Reader";
import { BIT_STRING, SEQUENCE } from "../../../modules/certificate/Der";
import { CertificateError } from "../../../modules/certificate/CertificateError";
import { certificateSigningRequest } from "../../../modules/certificate/CertificateSigningRequest";
import { attestationElements, attestationSignature, nocsrElements } from "../../../modules/commissioning/Attestation";
import { DevelopmentAttestation } from "../../../modules/commissioning/DevelopmentAttestation";
import KeyPair, { verify } from "../../../modules/crypto/p256";

const nonce = new Uint8Array(32).fill(0x5a);
const challenge = fromHex("000102030405060708090a0b0c0d0e0f");
const credentials = new DevelopmentAttestation();

/** The subject's public key, the signed part and the signature of an X.509 certificate. */
function partsOf(certificate: Uint8Array): { publicKey: Uint8Array; tbs: Uint8Array; signature: Uint8Array } {
	const reader = new X509Reader(certificate);
	reader.expect(SEQUENCE).enter();
	reader.expect(SEQUENCE);
	const tbs = certificate.slice(reader.start, reader.end);
	reader.expect(SEQUENCE);
	reader.expect(BIT_STRING).skipUnusedBits();
	reader.enter();
	const signature = signatureFromDer(reader);
	const inner = new X509Reader(tbs);
	inner.expect(SEQUENCE).enter();
	for (let i = 0; i < 7; i++) inner.next(); // version, serial, algorithm, issuer, validity, subject, key
	inner.enter();
	inner.expect(SEQUENCE);
	inner.expect(BIT_STRING).skipUnusedBits();
	return { publicKey: inner.bytes.slice(inner.contents, inner.end), tbs, signature };
}

it("attestation elements hold declaration, nonce and time (Matter Core 11.18.4.7)", () => {
	const { certificationDeclaration } = credentials;
	const elements = attestationElements(certificationDeclaration, nonce, 123456);
	const reader = new TlvReader(elements);
	reader.expect(TlvType.STRUCTURE, -1);
	reader.enter();
	reader.expect(TlvType.OCTETS, 1);
	expect(toHex(reader.octets())).toBe(toHex(certificationDeclaration));
	reader.expect(TlvType.OCTETS, 2);
	expect(toHex(reader.octets())).toBe(toHex(nonce));
	reader.expect(TlvType.UNSIGNED, 3);
	expect(reader.unsigned()).toBe(123456);
	expect(reader.next()).toBe(false);
	expect(reader.position).toBe(elements.length);
});

it("NOCSR elements hold request and nonce (Matter Core 11.18.4.9)", () => {
	const request = certificateSigningRequest(new KeyPair());
	const reader = new TlvReader(nocsrElements(request, nonce));
	reader.expect(TlvType.STRUCTURE, -1);
	reader.enter();
	reader.expect(TlvType.OCTETS, 1);
	expect(toHex(reader.octets())).toBe(toHex(request));
	reader.expect(TlvType.OCTETS, 2);
	expect(toHex(reader.octets())).toBe(toHex(nonce));
	expect(reader.next()).toBe(false);
});

it.each([0, 31, 33])("refuses a nonce of %d bytes", (length) => {
	expect(() => attestationElements(new Uint8Array(10), new Uint8Array(length), 0)).toThrow(RangeError);
	expect(() => nocsrElements(new Uint8Array(10), new Uint8Array(length))).toThrow(RangeError);
});

it("refuses what is longer than a response carries", () => {
	expect(() => attestationElements(new Uint8Array(880), nonce, 0)).toThrow(RangeError);
	expect(() => nocsrElements(new Uint8Array(880), nonce)).toThrow(RangeError);
});

it("signs elements with the challenge of the session, by the key of the DAC", () => {
	const elements = attestationElements(credentials.certificationDeclaration, nonce, 0);
	const signature = attestationSignature(credentials, elements, challenge);
	const { publicKey } = partsOf(credentials.dac);
	expect(verify(publicKey, concatBytes(elements, challenge), signature)).toBe(true);
	expect(verify(publicKey, elements, signature)).toBe(false);
	expect(() => attestationSignature(credentials, elements, new Uint8Array(15))).toThrow(RangeError);
});

it("has a DAC that its PAI issued", () => {
	const { tbs, signature } = partsOf(credentials.dac);
	expect(verify(partsOf(credentials.pai).publicKey, tbs, signature)).toBe(true);
});

it("is not taken for an operational certificate", () => {
	expect(() => x509ToTlv(credentials.dac)).toThrow(CertificateError);
	expect(() => x509ToTlv(credentials.pai)).toThrow(CertificateError);
});

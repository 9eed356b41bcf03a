import { TlvWriter } from "../../../modules/codec/TlvWriter";
import { MatterCertificate } from "../../../modules/certificate/MatterCertificate";
import { sha256 } from "../../../modules/crypto/sha256";
import KeyPair from "../../../modules/crypto/p256";

export type NamePart = readonly [tag: number, value: number | bigint | string | Uint8Array];

export interface CertificateFields {
	serial?: Uint8Array;
	signatureAlgorithm?: number;
	issuer: readonly NamePart[];
	notBefore?: number;
	notAfter?: number;
	subject: readonly NamePart[];
	publicKeyAlgorithm?: number;
	curve?: number;
	publicKey?: Uint8Array;
	/** false: no basic constraints */
	isCa?: boolean | "absent";
	pathLength?: number;
	keyUsage?: number | "absent";
	extendedKeyUsage?: readonly number[];
	subjectKeyId?: Uint8Array | "absent";
	authorityKeyId?: Uint8Array | "absent";
	future?: readonly Uint8Array[];
	/** writes more into the extensions, at their end */
	more?: (writer: TlvWriter) => void;
	signature?: Uint8Array;
}

/** Makes certificates, right ones and ones that break a rule, for tests. */
export class CertificateBuilder {
	readonly key: KeyPair;
	readonly keyId: Uint8Array;

	constructor(key = new KeyPair()) {
		this.key = key;
		this.keyId = sha256(key.publicKey).slice(0, 20);
	}

	static tlv(fields: CertificateFields, signature: Uint8Array): Uint8Array {
		const writer = new TlvWriter(new Uint8Array(1500));
		writer.structure(-1);
		writer.octets(1, fields.serial ?? new Uint8Array([7]));
		writer.unsigned(2, fields.signatureAlgorithm ?? 1);
		name(writer, 3, fields.issuer);
		writer.unsigned(4, fields.notBefore ?? 700000000);
		writer.unsigned(5, fields.notAfter ?? 1000000000);
		name(writer, 6, fields.subject);
		writer.unsigned(7, fields.publicKeyAlgorithm ?? 1);
		writer.unsigned(8, fields.curve ?? 1);
		writer.octets(9, fields.publicKey!);
		writer.list(10);
		if (fields.isCa !== "absent") {
			writer.structure(1);
			writer.boolean(1, fields.isCa ?? false);
			if (fields.pathLength !== undefined) writer.unsigned(2, fields.pathLength);
			writer.end();
		}
		if (fields.keyUsage !== "absent") writer.unsigned(2, fields.keyUsage ?? 1);
		if (fields.extendedKeyUsage !== undefined) {
			writer.array(3);
			for (const purpose of fields.extendedKeyUsage) writer.unsigned(-1, purpose);
			writer.end();
		}
		if (fields.subjectKeyId !== "absent") writer.octets(4, fields.subjectKeyId!);
		if (fields.authorityKeyId !== "absent") writer.octets(5, fields.authorityKeyId!);
		for (const future of fields.future ?? []) writer.octets(6, future);
		fields.more?.(writer);
		writer.end();
		writer.octets(11, signature);
		writer.end();
		return writer.finish();
	}

	/** TLV of a certificate over this builder's key that `authority` signs. */
	make(authority: CertificateBuilder, fields: CertificateFields): Uint8Array {
		const whole = {
			publicKey: this.key.publicKey,
			subjectKeyId: this.keyId,
			authorityKeyId: authority.keyId,
			...fields,
		};
		if (fields.signature) return CertificateBuilder.tlv(whole, fields.signature);
		const unsigned = MatterCertificate.parse(CertificateBuilder.tlv(whole, new Uint8Array(64)));
		return CertificateBuilder.tlv(whole, authority.key.sign(unsigned.toX509Tbs()));
	}
}

function name(writer: TlvWriter, tag: number, parts: readonly NamePart[]): void {
	writer.list(tag);
	for (const [attribute, value] of parts) {
		if (typeof value === "string") writer.string(attribute, value);
		else if (value instanceof Uint8Array) writer.octets(attribute, value);
		else writer.unsigned(attribute, value);
	}
	writer.end();
}

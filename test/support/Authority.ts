import KeyPair from "../../modules/crypto/p256";
import { sha256 } from "../../modules/crypto/sha256";
import { Fabric, type OperationalCredentials } from "../../modules/fabric/Fabric";
import { CertificateBuilder, type CertificateFields } from "../unit/certificate/CertificateBuilder";

const CA_KEY_USAGE = 0x60;
const SERVER_AND_CLIENT = [1, 2];
const NODE_ID = 17;
const ICAC_ID = 19;
const RCAC_ID = 20;
const FABRIC_ID = 21;
const CASE_AUTHENTICATED_TAG = 22;

export const IPK_EPOCH_KEY = new Uint8Array(16).fill(0x5a);

/** An administrator's certificate authority for one fabric: root, and an intermediate where asked for. */
export class Authority {
	readonly fabricId: bigint;
	readonly root = new CertificateBuilder();
	readonly rootCertificate: Uint8Array;
	readonly intermediate: CertificateBuilder | undefined;
	readonly icac: Uint8Array | undefined;

	constructor(fabricId: bigint, withIntermediate = false) {
		this.fabricId = fabricId;
		const rootName = [[RCAC_ID, 1n]] as const;
		this.rootCertificate = this.root.make(this.root, {
			issuer: rootName,
			subject: rootName,
			isCa: true,
			keyUsage: CA_KEY_USAGE,
		});
		if (!withIntermediate) return;
		this.intermediate = new CertificateBuilder();
		this.icac = this.intermediate.make(this.root, {
			issuer: rootName,
			subject: [[ICAC_ID, 2n]],
			isCa: true,
			keyUsage: CA_KEY_USAGE,
		});
	}

	/** A NOC for this key. @param fields what shall differ from a right one */
	noc(
		publicKey: Uint8Array,
		nodeId: bigint,
		tags: readonly number[] = [],
		fields: Partial<CertificateFields> = {},
	): Uint8Array {
		const issuer = this.intermediate ?? this.root;
		return new CertificateBuilder(issuer.key).make(issuer, {
			issuer: this.intermediate ? [[ICAC_ID, 2n]] : [[RCAC_ID, 1n]],
			subject: [
				[NODE_ID, nodeId],
				[FABRIC_ID, this.fabricId],
				...tags.map((tag) => [CASE_AUTHENTICATED_TAG, tag] as const),
			],
			publicKey,
			subjectKeyId: sha256(publicKey).slice(0, 20),
			isCa: false,
			keyUsage: 1,
			extendedKeyUsage: SERVER_AND_CLIENT,
			...fields,
		});
	}

	credentials(nodeId: bigint, tags: readonly number[] = []): OperationalCredentials {
		const keyPair = new KeyPair();
		return { nodeId, noc: this.noc(keyPair.publicKey, nodeId, tags), icac: this.icac, keyPair };
	}

	/** A node's side of the fabric. */
	fabric(index: number, nodeId: bigint, tags: readonly number[] = []): Fabric {
		return new Fabric({
			index,
			fabricId: this.fabricId,
			rootPublicKey: this.root.key.publicKey,
			rootCertificate: this.rootCertificate,
			vendorId: 0xfff1,
			credentials: this.credentials(nodeId, tags),
			groupKeySets: [
				{
					groupKeySetId: 0,
					groupKeySecurityPolicy: 0,
					epochKeys: [{ key: IPK_EPOCH_KEY.slice(), startTime: 0n }],
				},
			],
		});
	}
}

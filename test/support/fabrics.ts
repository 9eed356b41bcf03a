import KeyPair from "../../modules/crypto/p256";
import { Fabric, type FabricOptions, type OperationalCredentials } from "../../modules/fabric/Fabric";

/** Credentials whose certificates are only bytes: for what never verifies them. */
export function credentials(nodeId: bigint, mark = 1): OperationalCredentials {
	return { nodeId, noc: new Uint8Array(200).fill(mark), icac: undefined, keyPair: new KeyPair() };
}

/** A fabric like one that AddNOC makes, with certificates that are only bytes. */
export function plainFabric(index: number, options: Partial<FabricOptions> = {}): Fabric {
	return new Fabric({
		index,
		fabricId: 0x2906c908d115d362n,
		rootPublicKey: new Uint8Array(65).fill(index),
		rootCertificate: new Uint8Array(220).fill(index),
		vendorId: 0xfff1,
		credentials: credentials(BigInt(index)),
		groupKeySets: [
			{
				groupKeySetId: 0,
				groupKeySecurityPolicy: 0,
				epochKeys: [{ key: new Uint8Array(16).fill(index), startTime: 0n }],
			},
		],
		acl: [{ privilege: 5, authMode: 2, subjects: [1n], targets: null }],
		...options,
	});
}

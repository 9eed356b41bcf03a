import { verifyChain, verifyRoot } from "../certificate/CertificateChain";
import { CertificateError } from "../certificate/CertificateError";
import type { MatterCertificate } from "../certificate/MatterCertificate";
import { equalBytes } from "../codec/Bytes";
import KeyPair from "../crypto/p256";
import type { OperationalCredentials } from "../fabric/Fabric";
import { isOperationalNodeId } from "../fabric/NodeId";
import { CommissioningError, NodeOperationalCertStatus, RefusalStatus } from "./CommissioningError";

/** What a NOC that may be taken makes of the node. */
export interface Identity {
	fabricId: bigint;
	/** with the key pair that is pending still: `release` hands it over */
	credentials: OperationalCredentials;
}

/**
 * What a commissioner brings together before a NOC can come: a root to trust, and a key pair for the NOC to certify
 * (Matter Core 11.18.6.5, 11.18.6.13).
 */
export class PendingCredentials {
	/** Matter TLV of the root that was added */
	rootCertificate: Uint8Array | undefined;
	/** its key, 65 bytes */
	rootPublicKey: Uint8Array | undefined;
	/** of the CSR; the fabric's from `release` on */
	keyPair: KeyPair | undefined;
	/** the CSR was for UpdateNOC, not for AddNOC */
	forUpdate = false;
	/** epoch-s: when the last of the certificates that were verified begins to hold */
	notBefore = 0;

	/** A new key pair takes the place of one before. */
	requestKey(forUpdate: boolean): KeyPair {
		this.keyPair?.close();
		this.forUpdate = forUpdate;
		return (this.keyPair = new KeyPair());
	}

	/**
	 * @param certificate Matter TLV
	 * @param now Last Known Good Time, epoch-s
	 * @throws CommissioningError "status" INVALID_COMMAND when it is no root certificate to trust
	 */
	addRoot(certificate: Uint8Array, now: number): void {
		try {
			this.rootPublicKey = verifyRoot(certificate, now).publicKey.slice();
		} catch (error) {
			if (!(error instanceof CertificateError)) throw error;
			throw new CommissioningError("status", RefusalStatus.INVALID_COMMAND, error.message);
		}
		this.rootCertificate = certificate.slice();
	}

	/**
	 * Who the node is by a NOC, if that is valid under the root and certifies the pending key.
	 * @throws CommissioningError "noc"
	 */
	verify(noc: Uint8Array, icac: Uint8Array | undefined, rootCertificate: Uint8Array, now: number): Identity {
		const keyPair = this.keyPair;
		if (!keyPair)
			throw new CommissioningError("noc", NodeOperationalCertStatus.MISSING_CSR, "no CSR was requested");
		try {
			const verified = verifyChain(noc, icac, rootCertificate, now, (certificate) =>
				checkNoc(certificate, keyPair),
			);
			const nodeId = verified.noc.nodeId;
			const fabricId = verified.noc.fabricId;
			this.notBefore = verified.notBefore;
			if (nodeId === undefined || fabricId === undefined)
				throw new CertificateError("name", "the NOC names no node of a fabric");
			return {
				fabricId,
				credentials: { nodeId, noc: noc.slice(), icac: icac?.slice(), keyPair },
			};
		} catch (error) {
			if (!(error instanceof CertificateError)) throw error;
			throw new CommissioningError("noc", NodeOperationalCertStatus.INVALID_NOC, error.message);
		}
	}

	/** The key pair belongs to a fabric now. */
	release(): void {
		this.keyPair = undefined;
	}

	/** Wipes a key that nobody took. */
	close(): void {
		this.keyPair?.close();
		this.keyPair = undefined;
	}
}

/** What a NOC may have wrong that is told apart from a wrong chain. @throws CommissioningError "noc" */
function checkNoc({ publicKey, nodeId }: MatterCertificate, keyPair: KeyPair): void {
	if (!equalBytes(publicKey, keyPair.publicKey))
		throw new CommissioningError(
			"noc",
			NodeOperationalCertStatus.INVALID_PUBLIC_KEY,
			"the NOC certifies another key",
		);
	if (nodeId !== undefined && !isOperationalNodeId(nodeId))
		throw new CommissioningError(
			"noc",
			NodeOperationalCertStatus.INVALID_NODE_OP_ID,
			"the NOC's node id is not operational",
		);
}

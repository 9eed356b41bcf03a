import { verifyChain } from "../certificate/CertificateChain";
import { CertificateError } from "../certificate/CertificateError";
import { MatterCertificate } from "../certificate/MatterCertificate";
import { TlvError } from "../codec/TlvReader";
import { verify } from "../crypto/p256";
import type { Fabric } from "../fabric/Fabric";
import type { SecureSession } from "../session/SecureSession";
import type { SecureSessionDescription } from "../session/SessionManager";
import { HandshakeError, type HandshakeContext } from "./Handshake";
import { writeTbsData, type TbeData } from "./Sigma";
import { SecureChannelStatus } from "./StatusReport";
import { VerifiedChains } from "./VerifiedChains";

// What initiator and responder of CASE do alike with their peer.

/** Who a peer is, by certificates that lead to the fabric's root and a signature that proves it holds their key. */
export interface CasePeer {
	nodeId: bigint;
	caseAuthenticatedTags: readonly number[];
}

/**
 * Verifies what the peer said of itself in TBEData2 or TBEData3 (Matter Core 4.14.2.3).
 * @param peerKey, ownKey the ephemeral public keys, 65 bytes each
 * @throws CertificateError, TlvError or HandshakeError
 */
export function verifyPeer(
	context: HandshakeContext,
	chains: VerifiedChains,
	fabric: Fabric,
	{ noc, icac, signature }: TbeData,
	peerKey: Uint8Array,
	ownKey: Uint8Array,
): CasePeer {
	const { publicKey, nodeId, fabricId, caseAuthenticatedTags } = verifiedNoc(context, chains, fabric, noc, icac);
	if (nodeId === undefined || fabricId !== fabric.fabricId)
		throw new HandshakeError("the peer's NOC is for another fabric");
	if (!verify(publicKey, writeTbsData(noc, icac, peerKey, ownKey), signature))
		throw new HandshakeError("the peer's signature is wrong");
	return { nodeId, caseAuthenticatedTags };
}

/** Makes the session of a handshake that is through, and what it can be resumed with. @param resumptionId 16 bytes */
export function establish(
	context: HandshakeContext,
	resumptionId: Uint8Array,
	description: SecureSessionDescription & { fabric: Fabric; caseAuthenticatedTags: readonly number[] },
): SecureSession {
	const session = context.sessions.createSecure(description);
	context.resumption.save({
		id: resumptionId,
		sharedSecret: description.sharedSecret,
		fabricIndex: description.fabric.index,
		peerNodeId: description.peerNodeId,
		caseAuthenticatedTags: description.caseAuthenticatedTags,
		parameters: description.parameters,
	});
	context.counters.count(description.isResumption ? "caseResumed" : "caseEstablished");
	return session;
}

/** What a peer is told whose message led to this error. One that no message should lead to is logged. @returns SecureChannelStatus */
export function statusFor(error: unknown, { log }: HandshakeContext): number {
	if (error instanceof HandshakeError) return error.status;
	if (!(error instanceof TlvError || error instanceof CertificateError || error instanceof RangeError))
		log.exception("case", "handshake", error);
	return SecureChannelStatus.INVALID_PARAMETER;
}

function verifiedNoc(
	{ counters, fabrics }: HandshakeContext,
	chains: VerifiedChains,
	fabric: Fabric,
	noc: Uint8Array,
	icac: Uint8Array | undefined,
): MatterCertificate {
	const digest = VerifiedChains.digest(noc, icac);
	const time = fabrics.time.seconds;
	if (chains.has(fabric.index, digest, time)) {
		counters.count("chainRemembered");
		return MatterCertificate.parse(noc);
	}
	const verified = verifyChain(noc, icac, fabric.rootCertificate, time);
	chains.add(fabric.index, digest, time);
	return verified.noc;
}

import { equalBytes } from "../codec/Bytes";
import Sha256 from "../crypto/sha256";
import type { Fabric } from "../fabric/Fabric";

/** 3 peers of 5 fabrics; about 100 bytes each. */
const CAPACITY = 15;

interface VerifiedChain {
	fabricIndex: number;
	/** Last Known Good Time (epoch-s) it was verified with */
	time: number;
	/** SHA-256 over NOC, ICAC and root */
	digest: Uint8Array;
}

/**
 * Chains of certificates that were verified already, so that a returning peer costs one or two signatures less. Whether the
 * peer holds the NOC's key is another matter and verified in each handshake.
 */
export class VerifiedChains {
	/** the one used last at the end */
	#chains: VerifiedChain[] = [];

	/**
	 * What stands for a chain here; certificates are in Matter TLV, which tells where each ends.
	 * @returns 32 bytes
	 */
	static digest(noc: Uint8Array, icac: Uint8Array | undefined, fabric: Fabric): Uint8Array {
		const hash = new Sha256().update(noc);
		if (icac) hash.update(icac);
		const digest = hash.update(fabric.rootCertificate).digest();
		hash.close();
		return digest;
	}

	/** @param time Last Known Good Time now: one verified before it moved may have expired since */
	has(fabricIndex: number, digest: Uint8Array, time: number): boolean {
		for (let i = 0; i < this.#chains.length; i++) {
			const chain = this.#chains[i]!;
			if (chain.fabricIndex !== fabricIndex || chain.time !== time || !equalBytes(chain.digest, digest)) continue;
			this.#chains.splice(i, 1);
			this.#chains.push(chain);
			return true;
		}
		return false;
	}

	/** A chain was verified; the one used longest ago makes room. */
	add(fabricIndex: number, digest: Uint8Array, time: number): void {
		if (this.#chains.length >= CAPACITY) this.#chains.shift();
		this.#chains.push({ fabricIndex, digest, time });
	}

	removeFabric(index: number): void {
		for (let i = this.#chains.length; i > 0;)
			if (this.#chains[--i]!.fabricIndex === index) this.#chains.splice(i, 1);
	}
}

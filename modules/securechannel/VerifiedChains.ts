import { equalBytes, readUint32LE, writeUint32LE } from "../codec/Bytes";
import Sha256 from "../crypto/sha256";

/** 3 peers of 5 fabrics */
const CAPACITY = 15;

// A chain: its fabric, and with that the root, the Last Known Good Time (epoch-s) it was verified with, SHA-256 over NOC and
// ICAC.
const TIME = 1;
const DIGEST = 5;
const LENGTH = 37;

/**
 * Chains of certificates that were verified already, so that a returning peer costs one or two signatures less. Whether the
 * peer holds the NOC's key is another matter and verified in each handshake.
 */
export class VerifiedChains {
	/** 37 bytes each, the one used last at the end: as objects they would take seven times as much */
	#chains = new Uint8Array(0);

	/**
	 * What stands for a chain here; certificates are in Matter TLV, which tells where each ends.
	 * @returns 32 bytes
	 */
	static digest(noc: Uint8Array, icac: Uint8Array | undefined): Uint8Array {
		const hash = new Sha256().update(noc);
		if (icac) hash.update(icac);
		const digest = hash.digest();
		hash.close();
		return digest;
	}

	/** @param time Last Known Good Time now: one verified before it moved may have expired since */
	has(fabricIndex: number, digest: Uint8Array, time: number): boolean {
		const chains = this.#chains;
		for (let at = 0; at < chains.length; at += LENGTH) {
			if (chains[at] !== fabricIndex || readUint32LE(chains, at + TIME) !== time) continue;
			if (!equalBytes(chains.subarray(at + DIGEST, at + LENGTH), digest)) continue;
			chains.copyWithin(at, at + LENGTH);
			this.write(chains.length - LENGTH, fabricIndex, digest, time);
			return true;
		}
		return false;
	}

	/** A chain was verified; the one used longest ago makes room. @param digest 32 bytes */
	add(fabricIndex: number, digest: Uint8Array, time: number): void {
		const chains = this.#chains;
		if (chains.length < CAPACITY * LENGTH) {
			this.#chains = new Uint8Array(chains.length + LENGTH);
			this.#chains.set(chains);
		} else chains.copyWithin(0, LENGTH);
		this.write(this.#chains.length - LENGTH, fabricIndex, digest, time);
	}

	removeFabric(index: number): void {
		const chains = this.#chains;
		let to = 0;
		for (let at = 0; at < chains.length; at += LENGTH) {
			if (chains[at] === index) continue;
			chains.copyWithin(to, at, at + LENGTH);
			to += LENGTH;
		}
		if (to < chains.length) this.#chains = chains.slice(0, to);
	}

	private write(at: number, fabricIndex: number, digest: Uint8Array, time: number): void {
		const chains = this.#chains;
		chains[at] = fabricIndex;
		writeUint32LE(chains, at + TIME, time);
		chains.set(digest, at + DIGEST);
	}
}

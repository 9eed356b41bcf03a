import { verifier } from "../../modules/crypto/spake2p";
import type { PaseCredentials, PaseWindow } from "../../modules/securechannel/PaseCredentials";
import type { SecureSession } from "../../modules/session/SecureSession";

/** A commissioning window that stays open, and counts. */
export class OpenWindow implements PaseWindow {
	isOpen = true;
	readonly established: SecureSession[] = [];
	failures = 0;
	readonly #own: PaseCredentials;

	constructor(passcode = 20202021, salt = new Uint8Array(32), iterations = 1000) {
		this.#own = { ...verifier(passcode, salt, iterations), salt, iterations };
	}

	get credentials(): PaseCredentials | undefined {
		return this.isOpen ? { ...this.#own, w0: this.#own.w0.slice() } : undefined;
	}

	paseEstablished(session: SecureSession): void {
		this.established.push(session);
	}

	paseFailed(): void {
		this.failures++;
	}
}

import type { SecureSession } from "../session/SecureSession";

/** What a device keeps in place of its passcode while a commissioning window is open (Matter Core 3.10). */
export interface PaseCredentials {
	/** 32 bytes, a secret */
	readonly w0: Uint8Array;
	/** 65 bytes */
	readonly L: Uint8Array;
	/** 1,000..100,000 */
	readonly iterations: number;
	/** 16..32 bytes */
	readonly salt: Uint8Array;
}

/** Lets commissioners in: the commissioning window. */
export interface PaseWindow {
	/** while it is not, every attempt is refused */
	readonly isOpen: boolean;
	/** What PASE verifies against: a copy, to be wiped; undefined while no window is open. */
	readonly credentials: PaseCredentials | undefined;
	/** told of each new PASE session, before the peer is */
	paseEstablished(session: SecureSession): void;
	/** told of each PASE handshake that ended without a session, for whatever reason */
	paseFailed(): void;
}

import { encodeBase38 } from "../codec/Base38";
import { checkDigit } from "../codec/Verhoeff";
import { ConfigurationError } from "../diagnostics/ConfigurationError";

/** CustomFlow (Matter Core 5.1.3.1) */
export const CommissioningFlow = Object.freeze({ STANDARD: 0, USER_INTENT: 1, CUSTOM: 2 } as const);
/** Discovery capabilities, a bit mask (Matter Core 5.1.3.1) */
export const DiscoveryCapability = Object.freeze({ BLE: 0x02, ON_NETWORK: 0x04, WIFI_PAF: 0x08, NFC: 0x10 } as const);

const QR_PREFIX = "MT:";
const QR_LENGTH = 11;
const HIGHEST_DISCRIMINATOR = 0xfff;
const HIGHEST_PASSCODE = 99999998;
// Easy to guess, so not allowed (Matter Core 5.1.7.1).
const FORBIDDEN_PASSCODES = Object.freeze([
	11111111, 22222222, 33333333, 44444444, 55555555, 66666666, 77777777, 88888888, 12345678, 87654321,
]);

export interface OnboardingData {
	/** 0 */
	version?: number;
	vendorId: number;
	productId: number;
	flow?: number;
	/** DiscoveryCapability bits */
	discovery?: number;
	/** 0..4095 */
	discriminator: number;
	passcode: number;
}

/** What a person scans or types to commission the device (Matter Core 5.1). */
export class OnboardingPayload {
	/** The text of the QR code: "MT:" and 19 characters of base-38 (Matter Core 5.1.3). @throws ConfigurationError */
	static qr(data: OnboardingData): string {
		OnboardingPayload.validatePasscode(data.passcode);
		OnboardingPayload.validateDiscriminator(data.discriminator);
		const bytes = new Uint8Array(QR_LENGTH);
		let at = 0;
		at = bits(bytes, at, 3, data.version ?? 0);
		at = bits(bytes, at, 16, data.vendorId);
		at = bits(bytes, at, 16, data.productId);
		at = bits(bytes, at, 2, data.flow ?? CommissioningFlow.STANDARD);
		at = bits(bytes, at, 8, data.discovery ?? DiscoveryCapability.ON_NETWORK);
		at = bits(bytes, at, 12, data.discriminator);
		bits(bytes, at, 27, data.passcode);
		return QR_PREFIX + encodeBase38(bytes);
	}

	/**
	 * The manual pairing code (Matter Core 5.1.4): 11 digits; 21 with vendor and product id where the flow is not the
	 * standard one. @throws ConfigurationError
	 */
	static manual(data: Pick<OnboardingData, "discriminator" | "passcode"> & Partial<OnboardingData>): string {
		const discriminator = data.discriminator;
		const passcode = data.passcode;
		OnboardingPayload.validatePasscode(passcode);
		OnboardingPayload.validateDiscriminator(discriminator);
		const long = (data.flow ?? CommissioningFlow.STANDARD) !== CommissioningFlow.STANDARD;
		let digits = String((long ? 4 : 0) | (discriminator >> 10));
		digits += decimal(((discriminator & 0x300) << 6) | (passcode & 0x3fff), 5);
		digits += decimal(passcode >> 14, 4);
		if (long) digits += decimal(data.vendorId ?? 0, 5) + decimal(data.productId ?? 0, 5);
		return digits + checkDigit(digits);
	}

	/** @throws ConfigurationError when it is not 1..99999998 or one of those that are too easy (Matter Core 5.1.7.1) */
	static validatePasscode(passcode: number): void {
		if (!Number.isInteger(passcode) || passcode < 1 || passcode > HIGHEST_PASSCODE)
			throw new ConfigurationError(`passcode ${String(passcode)} is not a number from 1 to ${HIGHEST_PASSCODE}`);
		if (FORBIDDEN_PASSCODES.includes(passcode))
			throw new ConfigurationError(
				`passcode ${decimal(passcode, 8)} is too easy to guess: the specification forbids it`,
			);
	}

	/** @throws ConfigurationError when it is not 0..4095 */
	static validateDiscriminator(discriminator: number): void {
		if (!Number.isInteger(discriminator) || discriminator < 0 || discriminator > HIGHEST_DISCRIMINATOR)
			throw new ConfigurationError(
				`discriminator ${String(discriminator)} is not a number from 0 to ${HIGHEST_DISCRIMINATOR}`,
			);
	}
}

function decimal(value: number, digits: number): string {
	return String(value).padStart(digits, "0");
}

/** Puts the low `count` bits of `value`, lowest first, at bit `at`. @returns the bit after */
function bits(bytes: Uint8Array, at: number, count: number, value: number): number {
	for (let i = 0; i < count; i++, at++) if ((value >> i) & 1) bytes[at >> 3]! |= 1 << (at & 7);
	return at;
}

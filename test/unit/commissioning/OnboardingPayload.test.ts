import {
	CommissioningFlow,
	DiscoveryCapability,
	OnboardingPayload,
	type OnboardingData,
} from "../../../modules/commissioning/OnboardingPayload";
import { ConfigurationError } from "../../../modules/diagnostics/ConfigurationError";

describe("OnboardingPayload", () => {
	// As another implementation prints them.
	const long = { flow: CommissioningFlow.CUSTOM };
	const codes: [OnboardingData, string, string, string][] = [
		[
			{
				vendorId: 0xfff1,
				productId: 0x8000,
				discovery: DiscoveryCapability.BLE,
				discriminator: 0xf00,
				passcode: 20202021,
			},
			"MT:Y.K9042C00KA0648G00",
			"34970112332",
			"749701123365521327687",
		],
		[
			{ vendorId: 0xfff1, productId: 0x8001, discriminator: 3840, passcode: 20202021 },
			"MT:-24J0AFN00KA0648G00",
			"34970112332",
			"749701123365521327694",
		],
		[
			{ vendorId: 0xfff4, productId: 0xffff, discriminator: 4095, passcode: 99999998, ...long },
			"MT:6JS18H79271DQ36B420",
			"",
			"757598610365524655354",
		],
	];

	it.each(codes)("%p", (data, qr, short, twentyOne) => {
		expect(OnboardingPayload.qr(data)).toBe(qr);
		if (short) expect(OnboardingPayload.manual(data)).toBe(short);
		expect(OnboardingPayload.manual({ ...data, ...long })).toBe(twentyOne);
	});

	it.each([
		0,
		-1,
		1.5,
		NaN,
		99999999,
		100000000,
		11111111,
		22222222,
		33333333,
		44444444,
		55555555,
		66666666,
		77777777,
		88888888,
		12345678,
		87654321,
	])("refuses the passcode %p (Matter Core 5.1.7.1)", (passcode) => {
		expect(() => OnboardingPayload.validatePasscode(passcode)).toThrow(ConfigurationError);
		expect(() => OnboardingPayload.qr({ vendorId: 1, productId: 1, discriminator: 1, passcode })).toThrow(
			ConfigurationError,
		);
		expect(() => OnboardingPayload.manual({ discriminator: 1, passcode })).toThrow(ConfigurationError);
	});

	it.each([1, 20202021, 99999998])("takes the passcode %p", (passcode) => {
		OnboardingPayload.validatePasscode(passcode);
	});

	it.each([-1, 4096, 0.5, NaN])("refuses the discriminator %p", (discriminator) => {
		expect(() => OnboardingPayload.validateDiscriminator(discriminator)).toThrow(ConfigurationError);
	});
});

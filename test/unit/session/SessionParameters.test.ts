import { fromHex, toHex } from "../../../modules/codec/Bytes";
import { TlvError, TlvReader } from "../../../modules/codec/TlvReader";
import { TlvWriter } from "../../../modules/codec/TlvWriter";
import { SessionParameters } from "../../../modules/session/SessionParameters";

function decode(hex: string): SessionParameters {
	const reader = new TlvReader(fromHex(hex));
	reader.next();
	return SessionParameters.decode(reader);
}

describe("SessionParameters (Matter Core 4.13.1)", () => {
	it("what a peer does not say", () => {
		const parameters = decode("15 18");
		expect(parameters).toEqual(new SessionParameters());
		expect(parameters.idleInterval).toBe(500);
		expect(parameters.activeInterval).toBe(300);
		expect(parameters.activeThreshold).toBe(4000);
		expect(parameters.maxPathsPerInvoke).toBe(1);
		expect(parameters.specificationVersion).toBe(0);
		expect(parameters.supportedTransports).toBe(0);
		expect(parameters.maxTcpMessageSize).toBe(64_000);
	});

	it("TCP, and how long its messages may be", () => {
		const parameters = decode("15 24 08 04 25 09 0010 18");
		expect([parameters.supportedTransports, parameters.maxTcpMessageSize]).toEqual([4, 4096]);
		const writer = new TlvWriter(new Uint8Array(64));
		parameters.encode(writer, 5);
		expect(toHex(writer.finish())).toContain("240804" + "25090010" + "18");
	});

	it("all that it may say, and more", () => {
		const parameters = decode(
			"15 25 01 8813 25 02 2c01 25 03 a00f 24 04 13 24 05 0c 26 06 00000401 24 07 01 24 08 06 26 09 00fa0000 35 fe 18 18",
		);
		expect(parameters).toEqual(
			new SessionParameters({
				idleInterval: 5000,
				activeInterval: 300,
				activeThreshold: 4000,
				dataModelRevision: 19,
				interactionModelRevision: 12,
				specificationVersion: 0x01040000,
				maxPathsPerInvoke: 1,
				supportedTransports: 6,
				maxTcpMessageSize: 64000,
			}),
		);
	});

	it("what 2023's peers say", () => {
		expect(decode("15 25 01 8813 25 02 2c01 18").idleInterval).toBe(5000);
	});

	it("leaves the reader behind the structure", () => {
		const reader = new TlvReader(fromHex("15 35 05 24 01 64 18 24 06 07 18"));
		reader.next();
		reader.enter();
		reader.next();
		expect(SessionParameters.decode(reader).idleInterval).toBe(100);
		reader.next();
		expect(reader.unsigned()).toBe(7);
	});

	it("an interval above an hour is an hour", () => {
		expect(decode("15 26 01 ffffffff 26 02 ffffffff 18")).toEqual(
			new SessionParameters({ idleInterval: 3_600_000, activeInterval: 3_600_000 }),
		);
	});

	it.each([
		["no structure", "16 18"],
		["an interval of 64 bits", "15 27 01 0000000001000000 18"],
		["a threshold of 32 bits", "15 26 03 00000100 18"],
		["transports of 32 bits", "15 26 08 00000100 18"],
		["a TCP message size of 64 bits", "15 27 09 0000000001000000 18"],
		["a signed interval", "15 21 01 8813 18"],
	])("refuses %s", (_name, hex) => {
		expect(() => decode(hex)).toThrow(TlvError);
	});

	it("equals what has the same values", () => {
		expect(new SessionParameters().equals(decode("15 18"))).toBe(true);
		for (const name of Object.keys(new SessionParameters()))
			expect(new SessionParameters().equals(new SessionParameters({ [name]: 7 }))).toBe(false);
	});

	it("writes its own", () => {
		const writer = new TlvWriter(new Uint8Array(64));
		SessionParameters.own({ maxPathsPerInvoke: 3 }).encode(writer, 5);
		expect(toHex(writer.finish())).toBe(
			toHex(
				fromHex("35 05 25 01 f401 25 02 2c01 25 03 a00f 24 04 15 24 05 0c 26 06 00000601 24 07 03 24 08 00 18"),
			),
		);
	});
});

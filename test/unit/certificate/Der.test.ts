import { fromHex, toHex } from "../../../modules/codec/Bytes";
import { CertificateError } from "../../../modules/certificate/CertificateError";
import { OCTET_STRING, SEQUENCE } from "../../../modules/certificate/Der";
import { X509Reader } from "../../support/X509Reader";
import { DerWriter } from "../../../modules/certificate/DerWriter";

describe("DerWriter", () => {
	it.each([
		[0, "0400"],
		[127, "047f"],
		[128, "048180"],
		[255, "0481ff"],
		[256, "04820100"],
		[1000, "048203e8"],
	])("writes a length of %d", (length, head) => {
		const writer = new DerWriter(1100);
		writer.begin(SEQUENCE);
		writer.primitive(OCTET_STRING, new Uint8Array(length).fill(7));
		writer.end();
		const reader = new X509Reader(writer.finish());
		reader.expect(SEQUENCE).enter();
		reader.expect(OCTET_STRING);
		expect(reader.end - reader.contents).toBe(length);
		expect(toHex(reader.bytes.slice(reader.start, reader.contents))).toBe(head);
		for (let i = reader.contents; i < reader.end; i++) expect(reader.bytes[i]).toBe(7);
		reader.leave();
		expect(reader.next()).toBe(false);
	});

	it.each([
		["00", "020100"],
		["0000", "020100"],
		["01", "020101"],
		["7f", "02017f"],
		["80", "02020080"],
		["0080", "02020080"],
		["00ff01", "020300ff01"],
	])("writes the integer %s", (bytes, der) => {
		const writer = new DerWriter(20);
		writer.unsigned(fromHex(bytes));
		expect(toHex(writer.finish())).toBe(der);
		const back = new Uint8Array(4);
		const reader = new X509Reader(fromHex(der));
		reader.next();
		reader.unsigned(back, 0, 4);
		expect(toHex(back)).toBe(bytes.padStart(8, "0"));
	});

	it.each([
		[0x0001, "03020780"],
		[0x0060, "03020106"],
		[0x0061, "03020186"],
		[0x0100, "0303070080"],
		[0x0181, "0303078180"],
		[0, "030100"],
	])("writes the flags %d", (flags, der) => {
		const writer = new DerWriter(20);
		writer.flags(flags);
		expect(toHex(writer.finish())).toBe(der);
		const reader = new X509Reader(fromHex(der));
		reader.next();
		expect(reader.flags()).toBe(flags);
	});

	it("throws when its room ends", () => {
		for (let room = 0; room < 6; room++) {
			expect(() => {
				const writer = new DerWriter(room);
				writer.begin(SEQUENCE);
				writer.boolean(true);
				writer.small(1);
				writer.end();
			}).toThrow(RangeError);
		}
		expect(() => {
			const writer = new DerWriter(130);
			writer.primitive(OCTET_STRING, new Uint8Array(128));
		}).toThrow(RangeError);
		expect(() => new DerWriter(5).primitive(OCTET_STRING, new Uint8Array(4))).toThrow(RangeError);
		const open = new DerWriter(10);
		expect(() => open.end()).toThrow(RangeError);
		open.begin(SEQUENCE);
		expect(() => open.finish()).toThrow(RangeError);
	});
});

describe("DerReader", () => {
	it.each([
		["a tag alone", "30"],
		["a length above what is there", "300101".slice(0, 4)],
		["an indefinite length", "3080"],
		["a length in three bytes", "3083000001" + "00"],
		["127 in the long form", "30817f" + "00".repeat(127)],
		["255 in three bytes", "308200ff" + "00".repeat(255)],
		["a long length cut off", "308201"],
		["a tag of several bytes", "1f0100"],
		["a length that is announced and missing", "3081"],
	])("refuses %s", (_, der) => {
		expect(() => new X509Reader(fromHex(der)).next()).toThrow(CertificateError);
	});

	it("refuses what is left in an element that is left", () => {
		const reader = new X509Reader(fromHex("3003020101"));
		reader.expect(SEQUENCE).enter();
		expect(() => reader.leave()).toThrow(CertificateError);
	});

	it.each(["020101", "010101", "01020000", "0100"])("%s is no boolean", (der) => {
		const reader = new X509Reader(fromHex(der));
		reader.next();
		expect(() => reader.boolean()).toThrow(CertificateError);
	});

	it.each(["0200", "020180", "02020001", "0206010203040506", "040101"])(
		"%s is no unsigned integer of 4 bytes",
		(der) => {
			const reader = new X509Reader(fromHex(der));
			reader.next();
			expect(() => reader.unsigned(new Uint8Array(4), 0, 4)).toThrow(CertificateError);
		},
	);

	it.each(["0300", "03020880", "03020700", "03020681", "03050001020304", "030101", "020101"])(
		"%s are no flags",
		(der) => {
			const reader = new X509Reader(fromHex(der));
			reader.next();
			expect(() => reader.flags()).toThrow(CertificateError);
		},
	);
});

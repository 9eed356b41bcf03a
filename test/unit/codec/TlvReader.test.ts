import { fromHex, toHex } from "../../../modules/codec/Bytes";
import { ANONYMOUS, QUALIFIED, TlvError, TlvReader, TlvType } from "../../../modules/codec/TlvReader";

function reader(hex: string): TlvReader {
	return new TlvReader(fromHex(hex));
}

function read(hex: string): TlvReader {
	const at = reader(hex);
	expect(at.next()).toBe(true);
	return at;
}

/** The elements of `hex` as text, containers followed or stepped over. */
function dump(at: TlvReader, enter = true): string {
	let text = "";
	while (at.next()) {
		if (text) text += " ";
		if (at.tag !== ANONYMOUS) text += `${at.tag}=`;
		switch (at.type) {
			case TlvType.SIGNED:
				text += at.signed();
				break;
			case TlvType.UNSIGNED:
				text += `${at.unsigned()}U`;
				break;
			case TlvType.STRING:
				text += `"${at.string()}"`;
				break;
			case TlvType.FLOAT:
				text += at.float().toFixed(1);
				break;
			default:
				if (enter) at.enter();
				text += enter ? `(${dump(at)})` : "()";
		}
	}
	return text;
}

describe("TlvReader: the examples of Matter Core A.12", () => {
	it.each([
		["00 2a", 42],
		["00 ef", -17],
		["01 2a 00", 42],
		["01 ef ff", -17],
		["02 f0 67 fd ff", -170000],
		["03 00 90 2f 50 09 00 00 00", 40000000000],
		["03 ff ff ff ff ff ff ff ff", -1],
	])("signed %s", (hex, value) => {
		expect(read(hex).signed()).toBe(value);
		expect(read(hex).signed64()).toBe(BigInt(value));
	});

	it.each([
		["04 2a", 42],
		["05 2a 00", 42],
		["05 ff ff", 65535],
		["06 ff ff ff ff", 4294967295],
		["07 00 90 2f 50 09 00 00 00", 40000000000],
	])("unsigned %s", (hex, value) => {
		expect(read(hex).unsigned()).toBe(value);
		expect(read(hex).unsigned64()).toBe(BigInt(value));
	});

	it.each([
		["0a 00 00 00 00", 0],
		["0a ab aa aa 3e", 0.3333333432674408],
		["0a 33 33 8f 41", 17.899999618530273],
		["0a 00 00 80 7f", Infinity],
		["0a 00 00 80 ff", -Infinity],
		["0b 55 55 55 55 55 55 d5 3f", 1 / 3],
		["0b 66 66 66 66 66 e6 31 40", 17.9],
		["0b 00 00 00 00 00 00 f0 ff", -Infinity],
	])("floating point %s", (hex, value) => {
		expect(read(hex).float()).toBe(value);
	});

	it("booleans, null, strings, octets", () => {
		expect(read("08").boolean()).toBe(false);
		expect(read("09").boolean()).toBe(true);
		expect(read("14").isNull).toBe(true);
		expect(read("09").isNull).toBe(false);
		expect(read("0c 06 48 65 6c 6c 6f 21").string()).toBe("Hello!");
		expect(read("0c 07 54 73 63 68 c3 bc 73").string()).toBe("Tschüs");
		expect(toHex(read("10 05 00 01 02 03 04").octets())).toBe("0001020304");
	});

	it.each([
		["15 18", "()"],
		["16 18", "()"],
		["17 18", "()"],
		["15 20 00 2a 20 01 ef 18", "(0=42 1=-17)"],
		["16 00 00 00 01 00 02 00 03 00 04 18", "(0 1 2 3 4)"],
		["17 00 01 20 00 2a 00 02 00 03 20 00 ef 18", "(1 0=42 2 3 0=-17)"],
		["16 00 2a 02 f0 67 fd ff 15 18 0a 33 33 8f 41 0c 06 48 65 6c 6c 6f 21 18", '(42 -170000 () 17.9 "Hello!")'],
	])("containers %s", (hex, text) => {
		expect(dump(reader(hex))).toBe(text);
	});

	it.each([
		["04 2a", ANONYMOUS, undefined],
		["24 01 2a", 1, undefined],
		["24 ff 2a", 255, undefined],
		["44 01 00 2a", QUALIFIED, { vendorId: 0, profile: 0, tag: 1 }],
		["64 a0 86 01 00 2a", QUALIFIED, { vendorId: 0, profile: 0, tag: 100000 }],
		["84 01 00 2a", QUALIFIED, { tag: 1 }],
		["a4 a0 86 01 00 2a", QUALIFIED, { tag: 100000 }],
		["c4 f1 ff ed de 01 00 2a", QUALIFIED, { vendorId: 0xfff1, profile: 0xdeed, tag: 1 }],
		["e4 f1 ff ed de ed fe 55 aa 2a", QUALIFIED, { vendorId: 0xfff1, profile: 0xdeed, tag: 0xaa55feed }],
	])("tag of %s", (hex, tag, qualified) => {
		const at = read(hex);
		expect(at.tag).toBe(tag);
		expect(at.qualified).toEqual(qualified);
		expect(at.unsigned()).toBe(42);
	});

	it("a structure with fully qualified tags", () => {
		const at = read("d5 f1 ff ed de 01 00 e4 f1 ff ed de ed fe 55 aa 2a 18");
		at.enter();
		at.next();
		expect(at.unsigned()).toBe(42);
		expect(at.next()).toBe(false);
		expect(at.next()).toBe(false);
	});
});

describe("TlvReader: walking", () => {
	const NESTED = "15 24 00 01 35 01 36 02 04 05 18 2c 03 01 41 18 24 04 07 18 04 09";

	it("steps over a container that is not entered", () => {
		expect(dump(reader("16 15 24 00 01 35 01 18 18 04 02 18 04 03"))).toBe("((0=1U 1=()) 2U) 3U");
		const at = reader("16 15 24 00 01 35 01 18 18 04 02 18 04 03");
		at.next();
		at.enter();
		expect(dump(at, false)).toBe("() 2U");
		expect(at.next()).toBe(true);
		expect(at.unsigned()).toBe(3);
	});

	it("leaves a container from anywhere in it", () => {
		const at = reader(NESTED);
		at.next();
		at.enter();
		at.next();
		at.next();
		at.enter(); // 1
		at.next(); // its array, not entered
		at.leave();
		expect(at.next()).toBe(true);
		expect(at.tag).toBe(4);
		at.leave();
		expect(at.next()).toBe(true);
		expect(at.unsigned()).toBe(9);
		expect(at.next()).toBe(false);
		expect(() => at.leave()).toThrow("not in a container");
	});

	it("gives the whole element, and where it stands", () => {
		const at = reader(NESTED);
		at.next();
		expect(toHex(at.element())).toBe("15240001350136020405182c03014118240407" + "18");
		at.enter();
		at.next();
		at.next();
		expect(at.start).toBe(4);
		expect(at.elementEnd()).toBe(16);
		expect(toHex(at.element())).toBe("350136020405182c03014118");
		at.enter();
		at.next();
		at.next();
		expect(at.octetsLength).toBe(1);
		expect(at.octetsStart).toBe(14);
		expect(at.string()).toBe("A");
	});

	it("reads only start..end, and starts again", () => {
		const bytes = fromHex("ff 04 01 04 02 ff");
		const at = new TlvReader(bytes, 1, 5);
		expect(dump(at)).toBe("1U 2U");
		expect(dump(at.reset(bytes, 3, 5))).toBe("2U");
		at.reset(fromHex("15 18"));
		at.next();
		at.enter();
		expect(dump(at.reset(bytes, 1, 3))).toBe("1U");
	});

	it("expects", () => {
		const at = reader("15 24 01 02 18");
		at.expect(TlvType.STRUCTURE, ANONYMOUS);
		at.enter();
		at.expect(TlvType.UNSIGNED, 1);
		expect(() => at.expect(TlvType.UNSIGNED)).toThrow("an unsigned integer expected, found the end");
		expect(() => reader("24 01 02").expect(TlvType.UNSIGNED, 2)).toThrow("tag 2 expected, found 1");
		expect(() => reader("24 01 02").expect(TlvType.SIGNED, 1)).toThrow(TlvError);
	});
});

describe("TlvReader: bounds", () => {
	it.each([
		["an integer cut off", "05 01"],
		["a tag cut off", "24"],
		["a long tag cut off", "e4 f1 ff ed de ed fe 55"],
		["a length cut off", "0d 05"],
		["a string cut off", "0c 05 61"],
		["octets with a 32-bit length past the end", "12 ff ff ff ff 00"],
		["octets with a 64-bit length past the end", "13 00 00 00 00 01 00 00 00 00"],
		["a double cut off", "0b 00 00 00 00 00 00 00"],
		["reserved type 19", "19"],
		["reserved type 1f", "1f"],
		["an end with a tag", "15 38 04 01"],
		["an end outside", "18"],
		["a container left open", "15 24 00 01"],
		["an inner container left open", "15 35 00 24 00 01 18"],
		["a structure member without tag", "15 04 01 18"],
		["an array element with a tag", "16 24 00 01 18"],
	])("refuses %s", (_name, hex) => {
		expect(() => dump(reader(hex))).toThrow(TlvError);
	});

	it.each([
		["a cut number", "15 25 00 01"],
		["a cut length", "15 2d 00 01"],
		["octets past the end", "15 30 00 ff 00 18"],
		["octets past the end by 2^32", "15 33 00 00 00 00 00 01 00 00 00 18"],
		["a reserved type", "15 39 00 18"],
		["an end with a tag", "15 38 00"],
		["no end", "15 35 00 18"],
	])("refuses %s in a container that it steps over", (_name, hex) => {
		const at = read(hex);
		expect(() => at.next()).toThrow(TlvError);
		const same = read(hex);
		expect(() => same.element()).toThrow(TlvError);
	});

	it("follows 16 containers and no more, entered or stepped over", () => {
		const nest = (depth: number): string => "17".repeat(depth) + "18".repeat(depth);
		expect(dump(reader(nest(16)))).toBe("(".repeat(16) + ")".repeat(16));
		expect(() => dump(reader(nest(17)))).toThrow("too deep");
		expect(read(nest(16)).next()).toBe(false);
		const seventeen = read(nest(17));
		expect(() => seventeen.next()).toThrow("too deep");
		const inner = reader("17".repeat(16) + "15 18" + "18".repeat(16));
		for (let i = 0; i < 16; i++) {
			inner.next();
			inner.enter();
		}
		inner.next();
		expect(() => inner.next()).toThrow("too deep");
		const left = read(nest(17));
		left.enter();
		expect(() => left.leave()).toThrow("too deep");
	});

	it("remembers what is around it to the sixteenth container", () => {
		expect(() => dump(reader("15" + "36 00" + "17".repeat(0) + "24 00 01" + "18 18"))).toThrow(
			"array element with a tag",
		);
		const deep = "17" + "17".repeat(14) + "16 04 01 18" + "18".repeat(14) + "24 05 01 18";
		expect(dump(reader(deep))).toBe("(".repeat(16) + "1U" + ")".repeat(15) + " 5=1U)");
	});

	it("checks type and range", () => {
		expect(() => read("00 01").unsigned()).toThrow("an unsigned integer expected, found a signed integer");
		expect(() => read("04 01").signed()).toThrow(TlvError);
		expect(() => read("04 01").boolean()).toThrow(TlvError);
		expect(() => read("04 01").string()).toThrow(TlvError);
		expect(() => read("0c 00").octets()).toThrow(TlvError);
		expect(() => read("04 01").float()).toThrow(TlvError);
		expect(() => read("04 01").enter()).toThrow(TlvError);
		expect(() => read("04 01").octetsStart).toThrow(TlvError);
		expect(() => read("04 01").octetsLength).toThrow(TlvError);
		expect(() => read("04 01").signed64()).toThrow(TlvError);
		expect(() => read("00 01").unsigned64()).toThrow(TlvError);
		expect(read("04 ff").unsigned(255)).toBe(255);
		expect(() => read("05 00 01").unsigned(255)).toThrow("256 is above 255");
		expect(read("00 80").signed(-128, 127)).toBe(-128);
		expect(() => read("01 7f ff").signed(-128, 127)).toThrow(TlvError);
		expect(() => read("01 80 00").signed(-128, 127)).toThrow(TlvError);
		expect(() => read("07 00 00 00 00 00 00 20 00").unsigned()).toThrow(TlvError);
		expect(read("07 ff ff ff ff ff ff 1f 00").unsigned()).toBe(Number.MAX_SAFE_INTEGER);
		expect(read("07 ff ff ff ff ff ff ff ff").unsigned64()).toBe(0xffffffffffffffffn);
		expect(read("03 00 00 00 00 00 00 00 80").signed64()).toBe(-0x8000000000000000n);
		expect(() => read("03 00 00 00 00 00 00 00 80").signed()).toThrow(TlvError);
		expect(() => read("10 02 00 00").octets(3)).toThrow(TlvError);
		expect(() => read("10 02 00 00").octets(0, 1)).toThrow(TlvError);
		expect(read("10 02 00 00").octets(2, 2)).toHaveLength(2);
		expect(read("0c 02 61 62").string(2)).toBe("ab");
		expect(() => read("0c 02 61 62").string(1)).toThrow(TlvError);
		expect(() => read("0c 01 ff").string()).toThrow("string is not UTF-8");
	});

	it("never reads past what it was given, whatever the bytes", () => {
		let seed = 1;
		const random = (): number => (seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff) >> 16;
		for (let round = 0; round < 2000; round++) {
			const bytes = new Uint8Array(1 + (random() % 24));
			for (let i = 0; i < bytes.length; i++) bytes[i] = random() % 3 ? random() & 0x3f : random();
			bytes[0] = 0x15 + (random() % 3);
			const end = Math.min(bytes.length, 1 + (random() % 24));
			const at = new TlvReader(bytes, 0, end);
			try {
				let open = 0;
				for (let i = 0; i < 100; i++) {
					if (at.next()) {
						expect(at.position <= end).toBe(true);
						if (at.type >= TlvType.STRUCTURE && random() & 1) {
							at.enter();
							open++;
						} else expect(at.elementEnd() <= end).toBe(true);
					} else if (open-- === 0) break;
				}
			} catch (error) {
				if (!(error instanceof TlvError)) throw error;
			}
		}
	});
});

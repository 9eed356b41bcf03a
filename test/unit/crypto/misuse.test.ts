import { evaluate } from "host/spake2pvectors";
import Ccm from "../../../modules/crypto/ccm";
import ctr from "../../../modules/crypto/ctr";
import equal from "../../../modules/crypto/equal";
import hkdf from "../../../modules/crypto/hkdf";
import hmac from "../../../modules/crypto/hmac";
import KeyPair, { verify } from "../../../modules/crypto/p256";
import pbkdf2 from "../../../modules/crypto/pbkdf2";
import Sha256, { sha256 } from "../../../modules/crypto/sha256";
import Spake2pVerifier, { verifier } from "../../../modules/crypto/spake2p";

/*
 * Anything may come as an argument; an Error is a good answer, a wrong byte of memory is not. The sanitized program is
 * what makes this test sharp.
 */

let seed = 20240229;
const next = (limit: number) => ((seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) >>> 8) % limit;

const LENGTHS = [0, 1, 4, 7, 8, 13, 15, 16, 17, 20, 31, 32, 33, 64, 65, 66, 100];
const NUMBERS = [
	0,
	1,
	-1,
	7,
	8,
	15,
	16,
	17,
	24,
	32,
	40,
	65,
	100,
	1000,
	0x7fffffff,
	-0x80000000,
	0xffffffff,
	2 ** 53,
	NaN,
	Infinity,
	0.5,
];

interface Resizable extends ArrayBuffer {
	resize(length: number): void;
}

/** A view whose buffer may have gone under it. */
function shrunk(): Uint8Array {
	const options = { maxByteLength: 128 };
	const buffer = new (ArrayBuffer as unknown as new (length: number, limit: typeof options) => Resizable)(
		64,
		options,
	);
	const view = new Uint8Array(buffer, 32);
	buffer.resize(next(65));
	return view;
}

function value(): unknown {
	switch (next(16)) {
		case 0:
			return undefined;
		case 1:
			return null;
		case 2:
			return "text €";
		case 3:
			return {};
		case 4:
			return new Uint16Array(8);
		case 5:
			return new DataView(new ArrayBuffer(32), 8);
		case 6:
			return new ArrayBuffer(LENGTHS[next(LENGTHS.length)]!);
		case 7:
			return shrunk();
		case 8:
			return { valueOf: () => (gc(), NUMBERS[next(NUMBERS.length)]) };
		case 9:
		case 10:
		case 11:
			return NUMBERS[next(NUMBERS.length)];
		default:
			return new Uint8Array(200).subarray(3, 3 + LENGTHS[next(LENGTHS.length)]!);
	}
}

/** Allocates, so that chunks move where the program moves them. */
function gc(): void {
	new Uint8Array(1000).fill(1);
}

function args(count: number): unknown[] {
	const result: unknown[] = [];
	for (let i = next(count + 2); i > 0; i--) result.push(value());
	return result;
}

type Any = (...values: unknown[]) => unknown;

function attack(rounds: number, length: number, target: Any): void {
	for (let i = 0; i < rounds; i++) {
		try {
			target(...args(length));
		} catch (error) {
			if (!(error instanceof Error)) throw new TypeError("something else than an Error was thrown");
		}
	}
}

function methods(object: object, rounds: number, names: readonly string[], length: number): void {
	for (const name of names) {
		attack(rounds, length, (...values) => (object as Record<string, Any>)[name]!(...values));
	}
}

it.each<[string, number, number, Any]>([
	["hmac", 150, 2, hmac as Any],
	["hkdf", 150, 4, hkdf as Any],
	["ctr", 300, 5, ctr as Any],
	["equal", 150, 2, equal as Any],
	["sha256", 100, 1, sha256 as Any],
	["verify", 100, 3, verify as Any],
	["evaluate", 150, 7, evaluate as Any],
	["Ccm", 150, 1, (...values) => new (Ccm as unknown as new (...values: unknown[]) => Ccm)(...values)],
	["KeyPair", 40, 1, (...values) => new (KeyPair as unknown as new (...values: unknown[]) => KeyPair)(...values)],
	[
		"Spake2pVerifier",
		300,
		3,
		(...values) => new (Spake2pVerifier as unknown as new (...values: unknown[]) => Spake2pVerifier)(...values),
	],
	// Many iterations are no misuse, only slow.
	[
		"pbkdf2",
		300,
		4,
		(a, b, iterations, length) => pbkdf2(a as never, b as never, Math.min(Number(iterations), 10), length as never),
	],
	["verifier", 40, 3, (a, b, iterations) => verifier(a as never, b as never, Math.min(Number(iterations), 10))],
])("%s takes anything", (_, rounds, length, target) => {
	attack(rounds, length, target);
});

it("the methods take anything", () => {
	methods(new Ccm(new Uint8Array(16)), 500, ["sealPacket", "openPacket"], 5);
	methods(new Ccm(new Uint8Array(16)), 150, ["seal", "open"], 3);
	methods(new Sha256(), 100, ["update", "digest"], 1);
	methods(new KeyPair(), 60, ["sign", "ecdh"], 1);
	const [w0, L] = [new Uint8Array(32).fill(1), new KeyPair().publicKey];
	for (let i = 0; i < 20; i++) methods(new Spake2pVerifier(w0, L, w0), 5, ["respond", "confirm"], 1);
});

it("an object of another class is refused", () => {
	const objects: object[] = [new Ccm(new Uint8Array(16)), new Sha256(), new KeyPair(), {}, new Uint8Array(8)];
	const calls: Any[] = [
		Ccm.prototype.seal,
		Sha256.prototype.digest,
		KeyPair.prototype.sign,
		Spake2pVerifier.prototype.respond,
	] as never[];
	for (const [i, call] of calls.entries()) {
		for (const [j, object] of objects.entries()) {
			if (i !== j) expect(() => call.call(object, new Uint8Array(13), new Uint8Array(1))).toThrow(Error);
		}
	}
});

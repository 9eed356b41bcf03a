import { concatBytes } from "../../modules/codec/Bytes";
import { encode } from "../../modules/codec/Utf8";
import hkdf from "../../modules/crypto/hkdf";
import hmac from "../../modules/crypto/hmac";
import pbkdf2 from "../../modules/crypto/pbkdf2";
import { sha256 } from "../../modules/crypto/sha256";

// P-256 in plain arithmetic: slow, open to whoever watches the clock, and independent of the native code under test.
const P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
const G = {
	x: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
	y: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
	z: 1n,
};

/** Jacobian; z = 0 is the point at infinity */
interface Point {
	x: bigint;
	y: bigint;
	z: bigint;
}

const M = decompress(2, 0x886e2f97ace46e55ba9dd7242579f2993b64e16ef3dcab95afd497333d8fa12fn);
const N = decompress(3, 0xd8bbd6c639c62937b04d997f38c3770719c629d7014d49a24b4f98baa1292b49n);

/** The commissioner's half of SPAKE2+ (Matter Core 3.10, RFC 9383). */
export class Spake2pProver {
	/** 65 bytes */
	readonly pA: Uint8Array;
	/** after finish() */
	sharedKey: Uint8Array = new Uint8Array(0);
	#x = 0x1d2c3b4a5968778695a4b3c2d1e0f00112233445566778899aabbccddeeff001n;
	#w0: bigint;
	#w1: bigint;
	#context: Uint8Array;

	/** @param context SHA-256 of the prefix, PBKDFParamRequest and PBKDFParamResponse */
	constructor(passcode: number, salt: Uint8Array, iterations: number, context: Uint8Array) {
		const pin = Uint8Array.of(passcode, passcode >> 8, passcode >> 16, passcode >> 24);
		const ws = pbkdf2(pin, salt, iterations, 80);
		this.#w0 = toNumber(ws.subarray(0, 40)) % ORDER;
		this.#w1 = toNumber(ws.subarray(40)) % ORDER;
		this.#context = context;
		this.pA = toBytes(add(multiply(G, this.#x), multiply(M, this.#w0)));
	}

	/** @returns cA, 32 bytes. @throws Error when cB is not what the right verifier would send */
	finish(pB: Uint8Array, cB: Uint8Array): Uint8Array {
		const Y = { x: toNumber(pB.subarray(1, 33)), y: toNumber(pB.subarray(33)), z: 1n };
		const blinded = multiply(N, this.#w0);
		const point = add(Y, { x: blinded.x, y: P - blinded.y, z: blinded.z });
		const parts = [
			this.#context,
			new Uint8Array(0),
			new Uint8Array(0),
			toBytes(M),
			toBytes(N),
			this.pA,
			pB,
			toBytes(multiply(point, this.#x)),
			toBytes(multiply(point, this.#w1)),
			scalarBytes(this.#w0),
		];
		const keys = sha256(
			concatBytes(...parts.map((part) => concatBytes(Uint8Array.of(part.length, 0, 0, 0, 0, 0, 0, 0), part))),
		);
		const confirmation = hkdf(keys.subarray(0, 16), new Uint8Array(0), "ConfirmationKeys", 32);
		if (hmac(confirmation.subarray(16), this.pA).join() !== cB.join()) throw new Error("cB is wrong");
		this.sharedKey = keys.slice(16);
		return hmac(confirmation.subarray(0, 16), pB);
	}
}

/** What both sides hash before SPAKE2+ (Matter Core 4.14.1.2). */
export function paseContext(request: Uint8Array, response: Uint8Array): Uint8Array {
	return sha256(concatBytes(encode("CHIP PAKE V1 Commissioning"), request, response));
}

function mod(value: bigint): bigint {
	const rest = value % P;
	return rest < 0n ? rest + P : rest;
}

function power(base: bigint, exponent: bigint): bigint {
	let result = 1n;
	for (; exponent > 0n; exponent >>= 1n, base = (base * base) % P) if (exponent & 1n) result = (result * base) % P;
	return result;
}

function decompress(sign: number, x: bigint): Point {
	const y = power(mod(x * x * x - 3n * x + B), (P + 1n) >> 2n);
	return { x, y: Number(y & 1n) === (sign & 1) ? y : P - y, z: 1n };
}

function double({ x, y, z }: Point): Point {
	if (z === 0n) return { x, y, z };
	const zz = mod(z * z);
	const m = mod(3n * (x - zz) * (x + zz));
	const yy = mod(y * y);
	const s = mod(4n * x * yy);
	const x2 = mod(m * m - 2n * s);
	return { x: x2, y: mod(m * (s - x2) - 8n * yy * yy), z: mod(2n * y * z) };
}

function add(a: Point, b: Point): Point {
	if (a.z === 0n) return b;
	if (b.z === 0n) return a;
	const az = mod(a.z * a.z);
	const bz = mod(b.z * b.z);
	const u = mod(a.x * bz);
	const h = mod(b.x * az - u);
	const s = mod(a.y * b.z * bz);
	const r = mod(b.y * a.z * az - s);
	if (h === 0n) return r === 0n ? double(a) : { x: 1n, y: 1n, z: 0n };
	const hh = mod(h * h);
	const hhh = mod(h * hh);
	const v = mod(u * hh);
	const x = mod(r * r - hhh - 2n * v);
	return { x, y: mod(r * (v - x) - s * hhh), z: mod(a.z * b.z * h) };
}

function multiply(point: Point, scalar: bigint): Point {
	let result: Point = { x: 1n, y: 1n, z: 0n };
	for (; scalar > 0n; scalar >>= 1n, point = double(point)) if (scalar & 1n) result = add(result, point);
	return result;
}

function toBytes(point: Point): Uint8Array {
	const inverse = power(point.z, P - 2n);
	const square = mod(inverse * inverse);
	return concatBytes(
		Uint8Array.of(4),
		scalarBytes(mod(point.x * square)),
		scalarBytes(mod(point.y * square * inverse)),
	);
}

function scalarBytes(value: bigint): Uint8Array {
	const bytes = new Uint8Array(32);
	for (let i = 32; i > 0; value >>= 8n) bytes[--i] = Number(value & 0xffn);
	return bytes;
}

function toNumber(bytes: Uint8Array): bigint {
	let value = 0n;
	for (const byte of bytes) value = (value << 8n) | BigInt(byte);
	return value;
}

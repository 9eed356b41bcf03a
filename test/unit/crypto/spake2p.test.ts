import { evaluate } from "host/spake2pvectors";
import { fromHex, toHex } from "../../../modules/codec/Bytes";
import { encode } from "../../../modules/codec/Utf8";
import hkdf from "../../../modules/crypto/hkdf";
import hmac from "../../../modules/crypto/hmac";
import { sha256 } from "../../../modules/crypto/sha256";
import Spake2pVerifier, { verifier } from "../../../modules/crypto/spake2p";

const NONE = new Uint8Array(0);

describe("RFC 9383, appendix C: P256-SHA256-HKDF-SHA256-HMAC-SHA256", () => {
	const result = () =>
		evaluate(
			fromHex("bb8e1bbcf3c48f62c08db243652ae55d3e5586053fca77102994f23ad95491b3"),
			fromHex(
				"04eb7c9db3d9a9eb1f8adab81b5794c1f13ae3e225efbe91ea487425854c7fc00f00bfedcbd09b2400142d40a14f2064ef31dfaa903b91d1faea7093d835966efd",
			),
			fromHex("717a72348a182085109c8d3917d6c43d59b224dc6a7fc4f0483232fa6516d8b3"),
			fromHex(
				"04ef3bd051bf78a2234ec0df197f7828060fe9856503579bb1733009042c15c0c1de127727f418b5966afadfdd95a6e4591d171056b333dab97a79c7193e341727",
			),
			encode("SPAKE2+-P256-SHA256-HKDF-SHA256-HMAC-SHA256 Test Vectors"),
			encode("client"),
			encode("server"),
		);

	it("gives shareV, Z and K_main", () => {
		const { pB, Z, hash } = result();
		expect(toHex(pB)).toBe(
			"04c0f65da0d11927bdf5d560c69e1d7d939a05b0e88291887d679fcadea75810fb5cc1ca7494db39e82ff2f50665255d76173e09986ab46742c798a9a68437b048",
		);
		expect(toHex(Z)).toBe(
			"04bbfce7dd7f277819c8da21544afb7964705569bdf12fb92aa388059408d50091a0c5f1d3127f56813b5337f9e4e67e2ca633117a4fbd559946ab474356c41839",
		);
		expect(toHex(hash)).toBe("4c59e1ccf2cfb961aa31bd9434478a1089b56cd11542f53d3576fb6c2a438a29");
	});

	// From K_main on the RFC's key schedule is not Matter's: it takes the whole hash, and a key of 32 bytes each.
	it("gives the RFC's confirmations and shared key with the RFC's key schedule", () => {
		const { pB, hash } = result();
		const confirmation = hkdf(hash, NONE, "ConfirmationKeys", 64);
		expect(toHex(hmac(confirmation.subarray(0, 32), pB))).toBe(
			"926cc713504b9b4d76c9162ded04b5493e89109f6d89462cd33adc46fda27527",
		);
		expect(
			toHex(
				hmac(
					confirmation.subarray(32),
					fromHex(
						"04ef3bd051bf78a2234ec0df197f7828060fe9856503579bb1733009042c15c0c1de127727f418b5966afadfdd95a6e4591d171056b333dab97a79c7193e341727",
					),
				),
			),
		).toBe("9747bcc4f8fe9f63defee53ac9b07876d907d55047e6ff2def2e7529089d3e68");
		expect(toHex(hkdf(hash, NONE, "SharedKey", 32))).toBe(
			"0c5f8ccd1413423a54f6c1fb26ff01534a87f893779c6e68666d772bfd91f3e7",
		);
	});
});

// draft-bar-cfrg-spake2plus-02, appendix B: the key schedule that Matter took
describe("the draft's vectors, with Matter's key schedule", () => {
	const L =
		"0495645cfb74df6e58f9748bb83a86620bab7c82e107f57d6870da8cbcb2ff9f7063a14b6402c62f99afcb9706a4d1a143273259fe76f1c605a3639745a92154b9";
	it.each([
		[
			"server",
			"2e0895b0e763d6d5a9564433e64ac3cac74ff897f6c3445247ba1bab40082a91",
			"04af09987a593d3bac8694b123839422c3cc87e37d6b41c1d630f000dd64980e537ae704bcede04ea3bec9b7475b32fa2ca3b684be14d11645e38ea6609eb39e7e",
			"04417592620aebf9fd203616bbb9f121b730c258b286f890c5f19fea833a9c900cbe9057bc549a3e19975be9927f0e7614f08d1f0a108eede5fd7eb5624584a4f4",
			"0471a35282d2026f36bf3ceb38fcf87e3112a4452f46e9f7b47fd769cfb570145b62589c76b7aa1eb6080a832e5332c36898426912e29c40ef9e9c742eee82bf30",
			"046718981bf15bc4db538fc1f1c1d058cb0eececf1dbe1b1ea08a4e25275d382e82b348c8131d8ed669d169c2e03a858db7cf6ca2853a4071251a39fbe8cfc39bc",
			"f9cab9adcc0ed8e5a4db11a8505914b2801db297654816eb4f02868129b9dc89",
			"d4376f2da9c72226dd151b77c2919071155fc22a2068d90b5faa6c78c11e77dd",
			"0660a680663e8c5695956fb22dff298b1d07a526cf3cc591adfecd1f6ef6e02e",
		],
		[
			"",
			"eac3f7de4b198d5fe25c443c0cd4963807add767815dd02a6f0133b4bc2c9eb0",
			"04230779960824076d3666a7418e4d433e2fa15b06176eabdd572f43a32ecc79a192b243d2624310a7356273b86e5fd9bd627d3ade762baeff1a320d4ad7a4e47f",
			"044558642e71b616b248c9583bd6d7aa1b3952c6df6a9f7492a06035ca5d92522d84443de7aa20a59380fa4de6b7438d925dbfb7f1cfe60d79acf961ee33988c7d",
			"04b4e8770f19f58ddf83f9220c3a9305792665e0c60989e6ee9d7fa449c775d6395f6f25f307e3903ac045a013fbb5a676e872a6abfcf4d7bb5aac69efd6140eed",
			"04141db83bc7d96f41b636622e7a5c552ad83211ff55319ac25ed0a09f0818bd942e8150319bfbfa686183806dc61911183f6a0f5956156023d96e0f93d275bf50",
			"e2cbee3ae19a4dbe9f146be6bee9bfa16989d8f9177ef7df67da437987f07255",
			"e1b9258807ba4750dae1d7f3c3c294f13dc4fa60cde346d5de7d200e2f8fd3fc",
			"b9c39dfa49c47757de778d9bedeaca2448b905be19a43b94ee24b770208135e3",
		],
	])("identity %s", (identity, y, pA, pB, Z, V, hash, cA, cB) => {
		const result = evaluate(
			fromHex("e6887cf9bdfb7579c69bf47928a84514b5e355ac034863f7ffaf4390e67d798c"),
			fromHex(L),
			fromHex(y),
			fromHex(pA),
			encode("SPAKE2+-P256-SHA256-HKDF draft-01"),
			encode("client"),
			encode(identity),
		);
		expect(toHex(result.pB)).toBe(pB);
		expect(toHex(result.Z)).toBe(Z);
		expect(toHex(result.V)).toBe(V);
		expect(toHex(result.hash)).toBe(hash);
		expect(toHex(result.cA)).toBe(cA);
		expect(toHex(result.cB)).toBe(cB);
	});
});

describe("verifier", () => {
	// The verifier of passcode 20202021 with the salt "SPAKE2P Key Salt" and 1000 iterations that the Matter SDK's examples ship
	it("makes the well-known development verifier", () => {
		const { w0, L } = verifier(20202021, encode("SPAKE2P Key Salt"), 1000);
		expect(toHex(w0)).toBe("b96170aae803346884724fe9a3b287c30330c2a660375d17bb205a8cf1aecb35");
		expect(toHex(L)).toBe(
			"0457f8ab79ee253ab6a8e46bb09e543ae422736de501e3db37d441fe344920d09548e4c18240630c4ff4913c53513839b7c07fcc0627a1b8573a149fcd1fa466cf",
		);
	});

	it("throws on misuse", () => {
		const salt = new Uint8Array(16);
		expect(() => verifier(-1, salt, 1000)).toThrow(RangeError);
		expect(() => verifier(4294967296, salt, 1000)).toThrow(RangeError);
		expect(() => verifier(NaN, salt, 1000)).toThrow(RangeError);
		expect(() => verifier(1, salt, 0)).toThrow(RangeError);
		expect(() => verifier(1, "salt" as never, 1000)).toThrow(TypeError);
	});
});

describe("Spake2pVerifier", () => {
	const context = sha256(encode("context"));
	const { w0, L } = verifier(20202021, encode("SPAKE2P Key Salt"), 1000);
	const pA = fromHex(
		"04af09987a593d3bac8694b123839422c3cc87e37d6b41c1d630f000dd64980e537ae704bcede04ea3bec9b7475b32fa2ca3b684be14d11645e38ea6609eb39e7e",
	);

	it("answers with a fresh share each time", () => {
		const a = new Spake2pVerifier(w0, L, context).respond(pA);
		const b = new Spake2pVerifier(w0, L, context).respond(pA);
		expect(a.pB).toHaveLength(65);
		expect(a.cB).toHaveLength(32);
		expect(toHex(a.pB) === toHex(b.pB)).toBe(false);
		expect(toHex(a.cB) === toHex(b.cB)).toBe(false);
	});

	it("answers once", () => {
		const side = new Spake2pVerifier(w0, L, context);
		side.respond(pA);
		expect(() => side.respond(pA)).toThrow("already");
	});

	it("gives no key before it is confirmed, and none after a wrong confirmation", () => {
		const side = new Spake2pVerifier(w0, L, context);
		expect(() => side.confirm(new Uint8Array(32))).toThrow("respond");
		side.respond(pA);
		expect(() => side.sharedKey).toThrow("not confirmed");
		for (const length of [0, 31, 32, 33]) {
			expect(side.confirm(new Uint8Array(length))).toBe(false);
		}
		expect(() => side.sharedKey).toThrow("not confirmed");
	});

	it.each([
		["of another length", fromHex("04").slice(0, 1)],
		["that is not on the curve", new Uint8Array(65).fill(4)],
		["that is zero", new Uint8Array(65)],
		["with a coordinate that is not reduced", fromHex("04" + "ff".repeat(64))],
		["in compressed form", fromHex("0204".padEnd(66, "0"))],
		[
			"in hybrid form",
			fromHex(
				"06" +
					toHex(
						fromHex(
							"6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
						),
					),
			),
		],
	])("refuses a share %s", (_, share) => {
		expect(() => new Spake2pVerifier(w0, L, context).respond(share)).toThrow(RangeError);
	});

	it("refuses pA = w0 * M, which makes Z the neutral point", () => {
		// with w0 = 1 that is M itself
		const one = fromHex("00".repeat(31) + "01");
		const M = fromHex(
			"04886e2f97ace46e55ba9dd7242579f2993b64e16ef3dcab95afd497333d8fa12f5ff355163e43ce224e0b0e65ff02ac8e5c7be09419c785e0ca547d55a12e2d20",
		);
		expect(() => new Spake2pVerifier(one, L, context).respond(M)).toThrow(RangeError);
	});

	it("refuses a verifier that is not one", () => {
		expect(() => new Spake2pVerifier(w0.slice(1), L, context)).toThrow(RangeError);
		expect(() => new Spake2pVerifier(w0, L.slice(1), context)).toThrow(RangeError);
		expect(() => new Spake2pVerifier(w0, L, context.slice(1))).toThrow(RangeError);
		expect(() => new Spake2pVerifier(w0, new Uint8Array(65).fill(4), context).respond(pA)).toThrow(RangeError);
	});

	it("throws after close", () => {
		const side = new Spake2pVerifier(w0, L, context);
		side.close();
		side.close();
		expect(() => side.respond(pA)).toThrow("closed");
		expect(() => side.confirm(new Uint8Array(32))).toThrow("closed");
		expect(() => side.sharedKey).toThrow("closed");
	});
});

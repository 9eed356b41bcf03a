import { toHex } from "../../../modules/codec/Bytes";
import random from "../../../modules/crypto/random";

it("gives that many bytes, other ones each time", () => {
	const seen = new Set<string>();
	for (let i = 0; i < 50; i++) {
		const bytes = random(16);
		expect(bytes).toHaveLength(16);
		seen.add(toHex(bytes));
	}
	expect(seen.size).toBe(50);
	expect(random(0)).toHaveLength(0);
});

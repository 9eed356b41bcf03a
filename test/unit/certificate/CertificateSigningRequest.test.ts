import { toHex } from "../../../modules/codec/Bytes";
import { certificateSigningRequest } from "../../../modules/certificate/CertificateSigningRequest";
import { X509Reader, signatureFromDer } from "../../support/X509Reader";
import { SEQUENCE } from "../../../modules/certificate/Der";
import KeyPair, { verify } from "../../../modules/crypto/p256";

it("is a PKCS#10 request that its own key has signed", () => {
	// many, as r and s differ in length
	for (let i = 0; i < 30; i++) {
		const key = new KeyPair();
		const request = certificateSigningRequest(key);
		const reader = new X509Reader(request);
		reader.expect(SEQUENCE).enter();
		reader.expect(SEQUENCE);
		const info = request.slice(reader.start, reader.end);
		expect(toHex(info)).toBe(
			`3070020100300e310c300a060355040a0c034353523059301306072a8648ce3d020106082a8648ce3d030107034200${toHex(key.publicKey)}a000`,
		);
		reader.expect(SEQUENCE);
		expect(toHex(request.slice(reader.start, reader.end))).toBe("300a06082a8648ce3d040302");
		reader.next();
		reader.skipUnusedBits();
		reader.enter();
		expect(verify(key.publicKey, info, signatureFromDer(reader))).toBe(true);
	}
});

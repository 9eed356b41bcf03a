export default class Ccm @ "xs_ccm_destructor" {
	constructor(key) @ "xs_ccm";
	sealPacket(packet, start, plain, end, nodeId) @ "xs_ccm_sealPacket";
	openPacket(packet, start, cipher, end, nodeId) @ "xs_ccm_openPacket";
	seal(nonce, plaintext, aad) @ "xs_ccm_seal";
	open(nonce, ciphertext, aad) @ "xs_ccm_open";
	close() @ "xs_ccm_close";
}

export default class KeyPair @ "xs_p256_destructor" {
	constructor(privateKey) @ "xs_p256";
	get publicKey() @ "xs_p256_get_publicKey";
	get privateKey() @ "xs_p256_get_privateKey";
	sign(message) @ "xs_p256_sign";
	ecdh(peerPublicKey) @ "xs_p256_ecdh";
	close() @ "xs_p256_close";
}

export function verify(publicKey, message, signature) @ "xs_p256_verify";

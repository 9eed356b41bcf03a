export default class Spake2pVerifier @ "xs_spake2p_destructor" {
	constructor(w0, L, contextHash) @ "xs_spake2p";
	respond(pA) @ "xs_spake2p_respond";
	confirm(cA) @ "xs_spake2p_confirm";
	get sharedKey() @ "xs_spake2p_get_sharedKey";
	close() @ "xs_spake2p_close";
}

export function verifier(passcode, salt, iterations) @ "xs_spake2p_verifier";

export default class Sha256 @ "xs_sha256_destructor" {
	constructor() @ "xs_sha256";
	update(bytes) @ "xs_sha256_update";
	digest() @ "xs_sha256_digest";
	close() @ "xs_sha256_close";
}

export function sha256(bytes) @ "xs_sha256_hash";

/** A node that has the key of a group: it can say anything to the group, and hears nothing. */
import { createCipheriv, hkdfSync } from "node:crypto";

const MIC_LENGTH = 16;
const GROUP_SESSION = 0x01;
const PRIVACY = 0x80;
const EXTENSIONS = 0x20;
/** source node id, group id */
const ADDRESSED = 0x06;

export class GroupMember {
	counter = 1;
	#key;
	#privacyKey;
	#node = Buffer.from("8877665544332211", "hex");

	/** @param compressedId of the fabric, 8 bytes, as its name on the network has it */
	constructor(epochKey, compressedId, groupId) {
		const derive = (from, salt, info, length) => Buffer.from(hkdfSync("sha256", from, salt, info, length));
		this.#key = derive(epochKey, compressedId, "GroupKey v1.0", 16);
		this.#privacyKey = derive(this.#key, "", "PrivacyKey", 16);
		this.id = derive(this.#key, "", "GroupKeyHash", 2).readUInt16BE();
		this.groupId = groupId;
	}

	/** The genuine datagram that carries `plain`, protocol header and payload. */
	seal(plain, { hidden = false, extensions, groupId = this.groupId, counter = ++this.counter } = {}) {
		const header = Buffer.alloc(18);
		header[0] = ADDRESSED;
		header.writeUInt16LE(this.id, 1);
		header[3] = GROUP_SESSION | (hidden ? PRIVACY : 0) | (extensions ? EXTENSIONS : 0);
		header.writeUInt32LE(counter >>> 0, 4);
		this.#node.copy(header, 8);
		header.writeUInt16LE(groupId, 16);
		const length = Buffer.alloc(extensions ? 2 : 0);
		if (extensions) length.writeUInt16LE(extensions.length);
		const associated = Buffer.concat([header, length, extensions ?? Buffer.alloc(0)]);
		const nonce = Buffer.concat([header.subarray(3, 8), this.#node]);
		const cipher = createCipheriv("aes-128-ccm", this.#key, nonce, { authTagLength: MIC_LENGTH });
		cipher.setAAD(associated, { plaintextLength: plain.length });
		const sealed = cipher.update(plain);
		cipher.final();
		const tag = cipher.getAuthTag();
		if (hidden) this.#hide(associated.subarray(4, 18), tag);
		return Buffer.concat([associated, sealed, tag]);
	}

	#hide(fields, tag) {
		const counter = Buffer.concat([Buffer.from([1, this.id >> 8, this.id]), tag.subarray(5), Buffer.from([0, 1])]);
		createCipheriv("aes-128-ctr", this.#privacyKey, counter).update(fields).copy(fields);
	}
}

/** A request without the endpoints of its paths: of CommandPathIB and AttributePathIB as matter.js writes them. */
export function withoutEndpoints(payload) {
	const hex = payload.toString("hex");
	return Buffer.from(hex.replace(/37002400..(?=24)/g, "3700").replace(/37012402..(?=24)/g, "3701"), "hex");
}

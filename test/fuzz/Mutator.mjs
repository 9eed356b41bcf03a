/** Makes hostile bytes out of honest ones. What comes out depends on the random numbers alone. */

const MAX_DATAGRAM = 1400;

/** Values at which lengths, counts and comparisons go wrong. */
const EDGES = [0, 1, 2, 3, 4, 7, 8, 15, 16, 31, 32, 63, 64, 100, 127, 128, 192, 254, 255];

/** Bytes of a tag by tag control (Matter Core A.7.2). */
const TAG_LENGTHS = [0, 1, 2, 4, 2, 4, 6, 8];

const ELEMENT_TYPES = 0x19;
const STRING = 0x0c;
const NULL = 0x14;
const STRUCTURE = 0x15;
const LIST = 0x17;
const END = 0x18;

/** The elements of TLV as far as it can be read: where each starts, its tag, its length field, its value, its end. */
export function tlvElements(bytes) {
	const elements = [];
	let at = 0;
	let depth = 0;
	while (at < bytes.length) {
		const control = bytes[at];
		const type = control & 0x1f;
		if (type >= ELEMENT_TYPES) break;
		const lengthAt = at + 1 + TAG_LENGTHS[control >> 5];
		let valueAt = lengthAt;
		let end = lengthAt;
		if (type < 8) end += 1 << (type & 3);
		else if (type === 0x0a) end += 4;
		else if (type === 0x0b) end += 8;
		else if (type >= STRING && type < NULL) {
			const size = 1 << (type & 3);
			valueAt += size;
			if (valueAt > bytes.length) break;
			end = valueAt + (size > 4 ? bytes.length : bytes.readUIntLE(lengthAt, size));
		}
		if (end > bytes.length) break;
		elements.push({ at, type, lengthAt, valueAt, end, depth });
		if (type >= STRUCTURE && type <= LIST) depth++;
		else if (type === END) depth--;
		at = end;
	}
	return elements;
}

const OPERATIONAL_CREDENTIALS = 0x3e;
const REMOVE_FABRIC = 0x0a;

/** Whether an administrator of another fabric would remove this one with it, as it may (Matter Core 11.18.6.12). */
export function removesFabric(payload, index) {
	const has = (tag, value) =>
		tlvElements(payload).some(
			({ at, type, lengthAt, end }) =>
				type >= 4 &&
				type < 8 &&
				lengthAt === at + 2 &&
				payload[at + 1] === tag &&
				payload[lengthAt] === value &&
				payload.subarray(lengthAt + 1, end).every((byte) => byte === 0),
		);
	return has(1, OPERATIONAL_CREDENTIALS) && has(2, REMOVE_FABRIC) && has(0, index);
}

export class Mutator {
	#random;

	/** @param random gives numbers from 0 to 1 */
	constructor(random) {
		this.#random = random;
	}

	/** A whole number from 0 to `count - 1`. */
	int(count) {
		return Math.floor(this.#random() * count);
	}

	chance(probability) {
		return this.#random() < probability;
	}

	pick(list) {
		return list[this.int(list.length)];
	}

	noise(length) {
		return Buffer.from(Array.from({ length }, () => this.int(256)));
	}

	#byte() {
		return this.chance(0.5) ? this.pick(EDGES) : this.int(256);
	}

	/** Flips, cuts, extends, doubles, splices: whatever the bytes mean. `other` is what is spliced in. */
	bytes(source, other = source) {
		let bytes = Buffer.from(source);
		for (let rounds = 1 + this.int(3); rounds > 0; rounds--) {
			const at = this.int(bytes.length + 1);
			const length = 1 + this.int(16);
			switch (this.int(8)) {
				case 0:
				case 1:
					if (at < bytes.length) bytes[at] ^= 1 << this.int(8);
					break;
				case 2:
					if (at < bytes.length) bytes[at] = this.#byte();
					break;
				case 3:
					bytes = bytes.subarray(0, at);
					break;
				case 4:
					bytes = Buffer.concat([bytes, this.noise(this.chance(0.1) ? 1 + this.int(1200) : length)]);
					break;
				case 5:
					bytes = Buffer.concat([bytes.subarray(0, at), other.subarray(this.int(other.length))]);
					break;
				case 6:
					bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.min(at + length, bytes.length))]);
					break;
				case 7:
					bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.max(0, at - length))]);
					break;
			}
		}
		return bytes.subarray(0, MAX_DATAGRAM);
	}

	/** Edits a packet header's fields (Matter Core 4.4.1): flags, session id, counter. `ids` are ids of live sessions. */
	packetHeader(source, ids) {
		const bytes = Buffer.from(source);
		if (bytes.length < 8) return bytes;
		for (let rounds = 1 + this.int(2); rounds > 0; rounds--) {
			switch (this.int(5)) {
				case 0:
					bytes[0] = this.chance(0.7) ? bytes[0] ^ this.pick([1, 2, 3, 4, 5, 6, 7]) : this.int(256);
					break;
				case 1:
					bytes.writeUInt16LE(this.chance(0.8) ? this.pick(ids) : this.int(0x10000), 1);
					break;
				case 2:
					bytes[3] = this.chance(0.7) ? this.pick([0, 1, 0x20, 0x40, 0x80, 0x81, 0xa0]) : this.int(256);
					break;
				default:
					bytes.writeUInt32LE(this.counter(bytes.readUInt32LE(4)), 4);
			}
		}
		return bytes;
	}

	/** A counter near another one, far ahead of it, or anywhere. */
	counter(from) {
		const ahead = this.pick([
			-33,
			-32,
			-31,
			-1,
			1,
			2,
			31,
			32,
			33,
			64,
			1000,
			0x7fffffff,
			0xffffffff,
			this.int(2 ** 32),
		]);
		return (from + ahead) >>> 0;
	}

	/** Edits the fields of a protocol header (Matter Core 4.4.3): flags, opcode, exchange, protocol, what is optional. */
	payloadHeader(source) {
		let bytes = Buffer.from(source);
		if (bytes.length < 6) return bytes;
		for (let rounds = 1 + this.int(2); rounds > 0; rounds--) {
			switch (this.int(6)) {
				case 0:
					bytes[0] ^= 1 << this.int(6);
					break;
				case 1:
					bytes[1] = this.chance(0.8)
						? this.pick([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0x10, 0x20, 0x22, 0x24, 0x30, 0x32])
						: this.int(256);
					break;
				case 2:
					bytes.writeUInt16LE(this.int(0x10000), 2);
					break;
				case 3:
					bytes.writeUInt16LE(this.chance(0.8) ? this.int(5) : this.int(0x10000), 4);
					break;
				case 4:
					// secured extensions of any length
					bytes[0] |= 0x08;
					bytes = Buffer.concat([
						bytes.subarray(0, 6),
						Buffer.from([this.#byte(), this.int(3)]),
						bytes.subarray(6),
					]);
					break;
				case 5:
					bytes[0] |= 0x02;
					bytes = Buffer.concat([bytes.subarray(0, 6), this.noise(4), bytes.subarray(6)]);
					break;
			}
		}
		return bytes.subarray(0, MAX_DATAGRAM);
	}

	/** Edits TLV where it is TLV: types, tags, lengths, numbers, order, depth. `other` lends elements. */
	tlv(source, other = source) {
		let bytes = Buffer.from(source);
		for (let rounds = 1 + this.int(3); rounds > 0; rounds--) {
			const elements = tlvElements(bytes);
			if (elements.length === 0) return this.bytes(bytes, other);
			bytes = this.#tlvOnce(bytes, elements, other);
		}
		return bytes.subarray(0, MAX_DATAGRAM);
	}

	#tlvOnce(bytes, elements, other) {
		const element = this.pick(elements);
		const { at, type, lengthAt, valueAt, end } = element;
		const replace = (from, to, ...parts) => Buffer.concat([bytes.subarray(0, from), ...parts, bytes.subarray(to)]);
		const copy = Buffer.from(bytes);
		switch (this.int(11)) {
			case 0: // another type, the same tag
				copy[at] = (bytes[at] & 0xe0) | this.int(0x20);
				return copy;
			case 1: // another kind of tag
				copy[at] = (bytes[at] & 0x1f) | (this.int(8) << 5);
				return copy;
			case 2: // another tag
				if (lengthAt > at + 1) copy[at + 1] = this.#byte();
				return copy;
			case 3: // a length that lies
				if (type >= STRING && type < NULL) copy[lengthAt + this.int(valueAt - lengthAt)] = this.#byte();
				return copy;
			case 4: // a number at an edge, or another string
				if (type < STRING || valueAt > lengthAt) for (let i = valueAt; i < end; i++) copy[i] = this.#byte();
				return copy;
			case 5: // without it
				return replace(at, end);
			case 6: // more than once
				return replace(
					end,
					end,
					...Array(1 + this.int(this.chance(0.1) ? 60 : 3)).fill(bytes.subarray(at, end)),
				);
			case 7: {
				// deep inside of others
				const depth = this.pick([1, 2, 3, 8, 16, 32, 33, 64, 200, 600]);
				const open = Buffer.alloc(depth, STRUCTURE + this.int(3));
				if (this.chance(0.5)) open[0] |= bytes[at] & 0xe0;
				const tag = lengthAt > at + 1 && open[0] > 0x1f ? bytes.subarray(at + 1, lengthAt) : Buffer.alloc(0);
				const close = Buffer.alloc(this.chance(0.8) ? depth : this.int(depth), END);
				return replace(at, end, open.subarray(0, 1), tag, open.subarray(1), bytes.subarray(at, end), close);
			}
			case 8: {
				// an element of another message
				const lent = tlvElements(other);
				if (lent.length === 0) return bytes;
				const one = this.pick(lent);
				return replace(at, this.chance(0.5) ? end : at, other.subarray(one.at, one.end));
			}
			case 9: // a longer or wider value of the same tag
				if (type >= STRING && type < NULL) {
					const length = this.pick([0, 1, 32, 33, 64, 65, 66, 255, 256, 400, 600]);
					const control = Buffer.from([(bytes[at] & 0xe0) | (type & 0x1c) | 1]);
					const size = Buffer.from([length & 0xff, length >> 8]);
					return replace(at, end, control, bytes.subarray(at + 1, lengthAt), size, this.noise(length));
				}
				if (type < 8) {
					const control = Buffer.from([(bytes[at] & 0xe0) | (type & 0x04) | 3]);
					return replace(
						at,
						end,
						control,
						bytes.subarray(at + 1, lengthAt),
						Buffer.alloc(8, this.pick([0, 0x7f, 0x80, 0xff])),
					);
				}
				return bytes;
			default: {
				// two change places
				const second = this.pick(elements);
				const [a, b] = second.at >= end ? [element, second] : [second, element];
				if (a.end > b.at) return bytes;
				return Buffer.concat([
					bytes.subarray(0, a.at),
					bytes.subarray(b.at, b.end),
					bytes.subarray(a.end, b.at),
					bytes.subarray(a.at, a.end),
					bytes.subarray(b.end),
				]);
			}
		}
	}

	/** Edits a DNS message: counts, flags, label lengths, compression that leads anywhere, types. */
	dns(source, other = source) {
		let bytes = Buffer.from(source);
		if (bytes.length < 12) return this.bytes(bytes, other);
		for (let rounds = 1 + this.int(3); rounds > 0; rounds--) {
			const at = 12 + this.int(Math.max(1, bytes.length - 13));
			switch (this.int(6)) {
				case 0:
					bytes.writeUInt16BE(this.chance(0.7) ? this.int(8) : this.int(0x10000), 4 + 2 * this.int(4));
					break;
				case 1:
					bytes[2] = this.pick([0, 0x84, 0x80, 0x02, 0x28, 0x86]);
					break;
				case 2: // a pointer to itself, to its neighbour, to the header, behind the end
					if (at + 1 < bytes.length)
						bytes.writeUInt16BE(
							0xc000 | (this.pick([at, at - 1, at + 1, 12, 0, bytes.length, this.int(0x4000)]) & 0x3fff),
							at,
						);
					break;
				case 3:
					bytes[at] = this.#byte();
					break;
				case 4:
					if (at + 1 < bytes.length)
						bytes.writeUInt16BE(this.pick([1, 12, 16, 28, 33, 47, 255, 0x8001, 0]), at);
					break;
				case 5:
					bytes = this.bytes(bytes, other);
					if (bytes.length < 12) return bytes;
					break;
			}
		}
		return bytes.subarray(0, MAX_DATAGRAM);
	}
}

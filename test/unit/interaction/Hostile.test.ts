import { Opcode } from "../../../modules/interaction/Opcode";
import { seededRandom } from "../../support/SeededRandom";
import {
	array,
	b,
	Bench,
	eventPath,
	invoke,
	invokeRequest,
	list,
	nil,
	octets,
	path,
	readRequest,
	shown,
	statusResponse,
	structure,
	subscribeRequest,
	text,
	timedRequest,
	u,
	write,
	writeRequest,
} from "./Bench";
import { CUSTOM, GADGET } from "./TestNode";

const filters = [structure({ 0: list({ 1: u(1), 2: u(GADGET) }), 1: u(7) })];
const append = path(1, GADGET, 5, { 5: nil });

/** Requests that are in order, of every kind: what is mutilated. */
const requests: readonly (readonly [number, Uint8Array])[] = [
	[Opcode.READ_REQUEST, readRequest({ paths: [path(), path(1, GADGET, 5)], events: [eventPath()], filters })],
	[Opcode.READ_REQUEST, readRequest({ paths: [path(undefined, CUSTOM, undefined, { 6: u(0x41), 7: u(3) })] })],
	[
		Opcode.SUBSCRIBE_REQUEST,
		subscribeRequest({
			paths: [path(1), path(1, GADGET, 0)],
			events: [eventPath(1, GADGET, 0, { 4: b(true) })],
			filters,
		}),
	],
	[
		Opcode.WRITE_REQUEST,
		writeRequest(
			[
				write(path(1, GADGET, 5), array(octets(3))),
				write(append, octets(2)),
				write(path(1, GADGET, 7), text("abc")),
			],
			{ more: true },
		),
	],
	[Opcode.WRITE_REQUEST, writeRequest([write(path(undefined, GADGET, 0), b(true), 5)])],
	[
		Opcode.INVOKE_REQUEST,
		invokeRequest([invoke(1, GADGET, 1, { 0: u(1), 1: u(2) }, 1), invoke(2, GADGET, 0, {}, 2)]),
	],
	[Opcode.INVOKE_REQUEST, invokeRequest([invoke(undefined, GADGET, 0)])],
	[Opcode.TIMED_REQUEST, timedRequest(500)],
	[Opcode.STATUS_RESPONSE, statusResponse(0)],
];

describe("whatever a peer sends", () => {
	it.each([1, 2, 3, 4])("is answered or not, and nothing breaks (seed %i)", (seed) => {
		const random = seededRandom(seed);
		const one = new Uint8Array(4);
		const below = (limit: number): number => {
			random(one);
			return (one[0]! | (one[1]! << 8) | (one[2]! << 16)) % limit;
		};
		const mutilated = (): [number, Uint8Array] => {
			const [opcode, payload] = requests[below(requests.length)]!;
			let bytes = payload.slice();
			for (let times = below(4); times > 0; times--) {
				const at = below(bytes.length || 1);
				switch (below(4)) {
					case 0:
						bytes[at] = below(256);
						break;
					case 1:
						bytes[at]! ^= 1 << below(8);
						break;
					case 2:
						bytes = bytes.slice(0, at);
						break;
					default:
						// a piece twice
						bytes = new Uint8Array([
							...bytes.subarray(0, at),
							...bytes.subarray(Math.max(0, at - below(20))),
						]);
				}
			}
			return [below(12) === 0 ? below(16) : opcode, bytes];
		};
		const bench = new Bench();
		bench.gadget.items = Array.from({ length: 10 }, () => new Uint8Array(40));
		for (let round = 0; round < 1500; round++) {
			bench.limit = 60 + below(300);
			const exchange = bench.request(...mutilated());
			for (let turns = 0; !exchange.closed && turns < 5; turns++)
				if (below(3)) exchange.receive(Opcode.STATUS_RESPONSE, statusResponse(0));
				else exchange.receive(...mutilated());
			if (below(50) === 0) {
				bench.gadget.change("level", below(256));
				bench.gadget.happen(1);
				bench.clock.advance(below(40_000));
				for (const report of bench.opened.splice(0)) report.receive(...mutilated());
			}
		}
		// Only the server's own mistake is one.
		expect(bench.lines.filter((line) => !line.includes("a mistake in the server"))).toEqual([]);
		bench.server.subscribe.close();
		bench.clock.advance(100_000);
		expect(bench.clock.next).toBeUndefined();
		bench.limit = 1170;
		expect(shown(bench.read({ paths: [path(1, GADGET, 8)] }))).toEqual(["1/405/8=9"]);
		const waiting = Array.from({ length: 8 }, () => bench.request(Opcode.TIMED_REQUEST, timedRequest(500)));
		expect(waiting.map((exchange) => exchange.status)).toEqual(waiting.map(() => 0));
	});
});

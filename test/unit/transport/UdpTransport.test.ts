import { toHex } from "../../../modules/codec/Bytes";
import { Deadline } from "../../../modules/time/Deadline";
import { Scheduler } from "../../../modules/time/Scheduler";
import { UdpTransport } from "../../../modules/transport/UdpTransport";

const LOOPBACK = new Uint8Array(22);
LOOPBACK[15] = 1;

function to(port: number): Uint8Array {
	const address = LOOPBACK.slice();
	address[16] = port >> 8;
	address[17] = port;
	return address;
}

describe("UdpTransport", () => {
	it("carries datagrams both ways, more than a batch, in one buffer", async () => {
		const scheduler = new Scheduler();
		const heard: string[] = [];
		const buffers = new Set<Uint8Array>();
		const server = new UdpTransport({ port: 0 });
		server.receiver = {
			onDatagram(bytes, length, from) {
				buffers.add(bytes);
				server.send(from.slice(), bytes, 0, length);
			},
		};
		await new Promise<void>((resolve, reject) => {
			const give = new Deadline(scheduler, () => reject(new Error(`heard ${heard.length}`)));
			give.start(2000);
			const client = new UdpTransport({ port: 0 });
			client.receiver = {
				onDatagram(bytes, length, from) {
					heard.push(toHex(bytes.slice(0, length)));
					expect((from[16]! << 8) | from[17]!).toBe(server.port);
					if (heard.length === 20) {
						client.close();
						client.close();
						expect(client.send(to(server.port), bytes, 0, 1)).toBe(false);
						give.stop();
						resolve();
					}
				},
			};
			for (let i = 0; i < 20; i++)
				expect(client.send(to(server.port), new Uint8Array([0, i, i, i, 0]), 1, 4)).toBe(true);
		});
		expect(heard[7]).toBe("070707");
		expect(buffers.size).toBe(1);
		expect(server.dropped).toBe(0);
		server.close();
	});

	it("a port in use is told", () => {
		const first = new UdpTransport({ port: 0 });
		expect(() => new UdpTransport({ port: first.port })).toThrow("in use");
		first.close();
	});

	it("an interface that is not there joins no group", () => {
		const group = new Uint8Array(16);
		group.set([0xff, 0x35, 0x00, 0x40, 0xfd]);
		const transport = new UdpTransport({ port: 0 });
		const other = new UdpTransport({ port: 0 });
		transport.leave(group, 0x7ffffffe);
		expect(transport.join(group, 0x7ffffffe)).toBe(false);
		expect(other.join(group, 0x7ffffffe)).toBe(false);
		transport.leave(group, 0x7ffffffe);
		transport.close();
		other.close();
	});
});

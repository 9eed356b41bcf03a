#!/usr/bin/env node
// matter.js's own On/Off light, the one that ours is measured against. It takes the flags of xs-matter.
import { parseArgs } from "node:util";

const flag = { type: "string" };
const { values } = parseArgs({
	options: { port: flag, passcode: flag, discriminator: flag, storage: flag, log: flag, interface: flag },
});
// matter.js reads the command line too, and has other flags.
process.argv.length = 2;
const { Environment, ServerNode, VendorId } = await import("@matter/main");
const { OnOffLightDevice } = await import("@matter/main/devices/on-off-light");
await import("@matter/nodejs");

const port = Number(values.port);
const passcode = Number(values.passcode);
const discriminator = Number(values.discriminator);
const environment = Environment.default;
environment.vars.set("storage.path", values.storage);
environment.vars.set("log.level", "fatal");
const mdns = values.interface ?? process.env.MDNS_INTERFACE;
if (mdns) environment.vars.set("mdns.networkInterface", mdns);

const node = await ServerNode.create({
	id: "light",
	network: { port },
	commissioning: { passcode, discriminator },
	productDescription: { name: "light", deviceType: OnOffLightDevice.deviceType },
	basicInformation: { vendorId: VendorId(0xfff1), productId: 0x8001, productName: "light", vendorName: "light" },
});
await node.add(OnOffLightDevice, { id: "light" });
await node.start();
console.log(`ready udp/${port} discriminator ${discriminator}`);
for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => void node.close().then(() => process.exit(0)));

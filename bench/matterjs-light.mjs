// matter.js's own On/Off light, the one that our light is measured against: node bench/matterjs-light.mjs PORT PASSCODE DISCRIMINATOR DIR
import { Environment, ServerNode, VendorId } from "@matter/main";
import { OnOffLightDevice } from "@matter/main/devices/on-off-light";
import "@matter/nodejs";

const [port, passcode, discriminator] = process.argv.slice(2, 5).map(Number);
const environment = Environment.default;
environment.vars.set("storage.path", process.argv[5]);
environment.vars.set("log.level", "fatal");
if (process.env.MDNS_INTERFACE) environment.vars.set("mdns.networkInterface", process.env.MDNS_INTERFACE);

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

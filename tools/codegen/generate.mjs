import { join } from "node:path";
import { ClusterModel, DeviceTypeModel, Matter } from "@matter/model";
import "@matter/model/resources"; // the sections of the specification
import * as prettier from "prettier";
import { writeCluster } from "./cluster.mjs";
import { writeDeviceTypes } from "./devicetypes.mjs";
import { File } from "./file.mjs";
import { CLUSTERS, DEVICE_TYPES } from "./written.mjs";

/**
 * @param {string} folder where the files belong: decides how they are formatted
 * @returns {Promise<Map<string, string>>} file names and texts
 */
export async function generate(folder, clusters = CLUSTERS, deviceTypes = DEVICE_TYPES) {
	const globals = new File(undefined);
	const texts = new Map();
	for (const name of clusters) {
		const cluster = Matter.get(ClusterModel, name);
		if (!cluster) throw new Error(`the model has no cluster ${name}`);
		texts.set(`${name}.ts`, writeCluster(cluster, globals));
	}
	const models = deviceTypes.map((name) => {
		const model = Matter.get(DeviceTypeModel, name);
		if (!model) throw new Error(`the model has no device type ${name}`);
		return model;
	});
	texts.set("DeviceTypes.ts", writeDeviceTypes(models));
	if (!globals.isEmpty) texts.set("Globals.ts", globals.print(""));
	for (const [name, text] of texts) {
		const path = join(folder, name);
		const options = await prettier.resolveConfig(path);
		texts.set(name, await prettier.format(text, { ...options, filepath: path }));
	}
	return texts;
}

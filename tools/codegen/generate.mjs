import { join } from "node:path";
import { ClusterModel, DeviceTypeModel, Matter } from "@matter/model";
import "@matter/model/resources"; // the sections of the specification
import * as prettier from "prettier";
import { writeCluster } from "./cluster.mjs";
import { writeDeviceTypes } from "./devicetypes.mjs";
import { File } from "./file.mjs";
import { CLUSTERS, DEVICE_TYPES } from "./written.mjs";

/** @returns {Map<string, string>} file names and texts, before they are formatted */
export function write(clusters, deviceTypes) {
	const globals = new File(undefined);
	const texts = new Map();
	for (const name of clusters) {
		const { definition, constants } = writeCluster(find(ClusterModel, name), globals);
		texts.set(`${name}.ts`, definition);
		if (constants) texts.set(`${name}Constants.ts`, constants);
	}
	texts.set("DeviceTypes.ts", writeDeviceTypes(deviceTypes.map((name) => find(DeviceTypeModel, name))));
	if (!globals.isEmpty) texts.set("Globals.ts", globals.print(""));
	return texts;
}

/**
 * @param {string} folder where the files belong: decides how they are formatted
 * @returns {Promise<Map<string, string>>} file names and texts
 */
export async function generate(folder) {
	const texts = write(CLUSTERS, DEVICE_TYPES);
	for (const [name, text] of texts) {
		const path = join(folder, name);
		const options = await prettier.resolveConfig(path);
		texts.set(name, await prettier.format(text, { ...options, filepath: path }));
	}
	return texts;
}

function find(type, name) {
	const model = Matter.get(type, name);
	if (!model) throw new Error(`the model has no ${type.Tag} ${name}`);
	return model;
}

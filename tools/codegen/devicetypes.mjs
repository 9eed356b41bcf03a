/** The file of device types: what each requires of its endpoint. */
import { ClusterModel, Matter } from "@matter/model";
import { documentation } from "./cluster.mjs";
import { reduce } from "./conformance.mjs";
import { File } from "./file.mjs";

const DEFINITION = "../../datamodel/DeviceTypeDefinition";

export function writeDeviceTypes(models) {
	const file = new File(undefined);
	const texts = models.map((model) => {
		const revision = revisionOf(model);
		const servers = [...model.requirements]
			.filter(
				(requirement) =>
					requirement.element === "serverCluster" &&
					requirement.name !== "Descriptor" &&
					isMandatory(requirement),
			)
			.map((requirement) => ({ requirement, cluster: Matter.get(ClusterModel, requirement.name) }))
			.sort((a, b) => a.cluster.id - b.cluster.id)
			.map(({ requirement, cluster }) => server(requirement, cluster));
		return (
			documentation(model, model.name) +
			`export const ${model.name}DeviceType: ${file.use("type DeviceTypeDefinition", DEFINITION)} = ${file.use("deviceType", DEFINITION)}(` +
			`"${model.name}", 0x${model.id.toString(16).padStart(4, "0")}, ${revision}, [\n${servers.join("\n")}\n]);\n`
		);
	});
	return file.print(texts.join("\n"));

	function server(requirement, cluster) {
		const children = [...requirement.children].filter(isMandatory);
		const features = children
			.filter(({ element }) => element === "feature")
			.map(({ name }) => featureBit(cluster, name));
		const elements = (kind, list) =>
			children
				.filter(({ element }) => element === kind)
				.map(({ name }) => `0x${list(name).id.toString(16).padStart(2, "0")}`)
				.join(", ");
		const attributes = elements("attribute", (name) => cluster.attributes(name));
		const commands = elements("command", (name) => cluster.commands(name));
		const parameters = [
			`0x${cluster.id.toString(16).padStart(2, "0")}`,
			`"${cluster.name}"`,
			`0x${features.reduce((map, bit) => map | bit, 0).toString(16)}`,
			`[${attributes}]`,
			`[${commands}]`,
		];
		const defaults = [, , "0x0", "[]", "[]"];
		while (defaults[parameters.length - 1] !== undefined && parameters.at(-1) === defaults[parameters.length - 1])
			parameters.pop();
		return `\t${file.use("requires", DEFINITION)}(${parameters.join(", ")}),`;
	}
}

/** Conditions of a device type (a sleepy device, custom networking…) don't hold here: what they ask for is left to the device. */
function isMandatory(requirement) {
	const { conformance } = requirement;
	if (conformance.isEmpty) return false;
	const { mandatory } = reduce(conformance, new Map(), 0, false);
	return mandatory.length > 0;
}

function revisionOf(model) {
	const descriptor = [...model.requirements].find(({ name }) => name === "Descriptor");
	const list = [...(descriptor?.children ?? [])].find(({ name }) => name === "DeviceTypeList")?.default;
	const revision = list?.find(({ deviceType }) => deviceType === model.id)?.revision;
	if (revision === undefined) throw new Error(`which revision of ${model.name}?`);
	return revision;
}

function featureBit(cluster, name) {
	const wanted = name.toUpperCase();
	const feature = cluster.features.find(
		(feature) => feature.name.toUpperCase() === wanted || feature.title?.toUpperCase() === wanted,
	);
	if (!feature) throw new Error(`${cluster.name} has no feature ${name}`);
	return 2 ** feature.effectiveConstraint.value;
}

import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { ClusterModel, Matter } from "@matter/model";
import { generate, write } from "../../tools/codegen/generate.mjs";
import { CLUSTERS } from "../../tools/codegen/written.mjs";

const folder = resolve(import.meta.dirname, "../../modules/clusters/generated");

describe("modules/clusters/generated", () => {
	let files;

	beforeAll(async () => {
		files = await generate(folder);
	});

	test("has the files that npm run codegen writes, and no others", () => {
		expect(readdirSync(folder).sort()).toEqual([...files.keys()].sort());
	});

	test.each(CLUSTERS)("%s is what npm run codegen writes", (name) => {
		expect(readFileSync(join(folder, `${name}.ts`), "utf8")).toBe(files.get(`${name}.ts`));
	});

	test("so are what clusters share, and the device types", () => {
		for (const name of ["Globals.ts", "DeviceTypes.ts"])
			expect(readFileSync(join(folder, name), "utf8")).toBe(files.get(name));
	});

	test.each(CLUSTERS)("%s has every attribute, command and event of the model", (name) => {
		const text = files.get(`${name}.ts`);
		const cluster = Matter.get(ClusterModel, name);
		const gone = (element) =>
			element.isDisallowed || element.isDeprecated || (element.tag === "attribute" && element.id >= 0xfff8);
		for (const element of [...cluster.attributes, ...cluster.commands, ...cluster.events]) {
			if (gone(element) || element.isResponse) continue;
			const property = element.propertyName;
			const id = `0x${element.id.toString(16).padStart(2, "0")}`;
			const maker =
				element.tag === "event" ? `event<\\w+>\\(\\s*${id}` : `${element.tag}\\(\\s*${id},\\s*"${property}"`;
			expect(text).toMatch(new RegExp(`\\b${property}: ${maker}`));
		}
	});
});

test("every cluster and device type of the standard model can be written", () => {
	const clusters = Matter.clusters.filter(({ id }) => id !== undefined).map(({ name }) => name);
	const deviceTypes = Matter.deviceTypes.filter(({ id }) => id !== undefined).map(({ name }) => name);
	expect(write(clusters, deviceTypes).size).toBe(clusters.length + 2);
	expect(clusters.length).toBeGreaterThan(130);
});

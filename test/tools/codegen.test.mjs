import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { ClusterModel, Matter } from "@matter/model";
import { generate, write } from "../../tools/codegen/generate.mjs";
import { CLUSTERS, WITHOUT } from "../../tools/codegen/written.mjs";

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

	test("so are constants, what clusters share, and the device types", () => {
		for (const [name, text] of files) expect(readFileSync(join(folder, name), "utf8")).toBe(text);
	});

	test.each(CLUSTERS)("%s has every attribute, command and event of the model", (name) => {
		const text = files.get(`${name}.ts`);
		const cluster = Matter.get(ClusterModel, name);
		const absent = new Set(WITHOUT[name] ?? []);
		const gone = (element) =>
			element.isDisallowed ||
			element.isDeprecated ||
			(element.tag === "attribute" && element.id >= 0xfff8) ||
			// what only a feature that is not written asks for or allows
			absent.has(String(element.effectiveConformance).replace(/^P, |[[\]]/g, ""));
		for (const element of [...cluster.attributes, ...cluster.commands, ...cluster.events]) {
			if (gone(element) || element.isResponse) continue;
			const kind = { attribute: "@", command: ">", event: "!" }[element.tag];
			expect(text).toMatch(new RegExp(`^${kind}${element.id.toString(16)}\\*? ${element.propertyName} `, "m"));
		}
	});
});

test("every cluster and device type of the standard model can be written", () => {
	const clusters = Matter.clusters.filter(({ id }) => id !== undefined).map(({ name }) => name);
	const deviceTypes = Matter.deviceTypes.filter(({ id }) => id !== undefined).map(({ name }) => name);
	const files = [...write(clusters, deviceTypes).keys()];
	expect(files.filter((name) => !name.endsWith("Constants.ts"))).toHaveLength(clusters.length + 2);
	expect(clusters.length).toBeGreaterThan(130);
});

import { AccessControl, allows } from "../../../modules/datamodel/AccessControl";
import { ADMINISTER, MANAGE, OPERATE, PROXY_VIEW, VIEW } from "../../../modules/datamodel/ClusterDefinition";
import type { Privilege } from "../../../modules/datamodel/ClusterDefinition";
import { Endpoint } from "../../../modules/datamodel/Endpoint";
import { CASE, GROUP, PASE } from "../../../modules/datamodel/InteractionContext";
import type { InteractionContext } from "../../../modules/datamodel/InteractionContext";
import type { AccessControlEntry } from "../../../modules/fabric/AccessControlEntry";
import { testContext, testFabric } from "../../support/dataModel";

const ALL: readonly Privilege[] = [VIEW, PROXY_VIEW, OPERATE, MANAGE, ADMINISTER];
const LIGHT = 0x0100;
const ON_OFF = 6;
const light = new Endpoint(1, [{ deviceType: LIGHT, revision: 3 }], []);
const NODE = 0x1122334455667788n;
/** a CASE authenticated tag as a subject: identifier 0xabcd, version 2 */
const TAG = 0xfffffffd_abcd_0002n;

function entry(changes: Partial<AccessControlEntry> = {}): AccessControlEntry {
	return { privilege: OPERATE, authMode: CASE, subjects: [NODE], targets: null, ...changes };
}

function granted(
	acl: AccessControlEntry[],
	changes: Partial<InteractionContext> = {},
	endpoint = light,
	cluster = ON_OFF,
): Privilege[] {
	const fabric = testFabric(1, acl);
	const grant = new AccessControl().authorize(
		testContext({ authMode: CASE, subject: NODE, fabric, fabricIndex: 1, ...changes }),
		endpoint,
		cluster,
	);
	return ALL.filter((privilege) => allows(grant, privilege));
}

describe("AccessControl (Matter Core 6.6)", () => {
	it.each([
		[VIEW, [VIEW]],
		[PROXY_VIEW, [VIEW, PROXY_VIEW]],
		[OPERATE, [VIEW, OPERATE]],
		[MANAGE, [VIEW, OPERATE, MANAGE]],
		[ADMINISTER, ALL],
	])("privilege %d brings those below it", (privilege, expected) => {
		expect(granted([entry({ privilege })])).toEqual(expected);
	});

	it("adds up what several entries grant", () => {
		expect(granted([entry({ privilege: PROXY_VIEW }), entry({ privilege: MANAGE })])).toEqual([
			VIEW,
			PROXY_VIEW,
			OPERATE,
			MANAGE,
		]);
	});

	it("grants nothing without an entry", () => {
		expect(granted([])).toEqual([]);
	});

	it("administers everything over PASE, with or without a fabric", () => {
		expect(granted([], { authMode: PASE, subject: 0n, fabric: undefined, fabricIndex: 0 })).toEqual(ALL);
		expect(granted([], { authMode: PASE, subject: 0n })).toEqual(ALL);
	});

	it.each([CASE, GROUP] as const)(
		"grants nothing to mode %d without a fabric, or with another one's list",
		(authMode) => {
			const open = entry({ authMode, subjects: null, privilege: VIEW });
			expect(granted([open], { authMode, fabric: undefined })).toEqual([]);
			expect(granted([open], { authMode, fabricIndex: 2 })).toEqual([]);
			expect(granted([open], { authMode })).toEqual([VIEW]);
		},
	);

	it("keeps authentication modes apart", () => {
		expect(granted([entry({ authMode: GROUP, subjects: null })])).toEqual([]);
		expect(granted([entry({ subjects: null })], { authMode: GROUP, subject: 7n })).toEqual([]);
		expect(granted([entry({ authMode: PASE, subjects: null })])).toEqual([]);
	});

	it.each([
		[null, true],
		[[], true],
		[[NODE], true],
		[[1n, NODE], true],
		[[1n, 2n], false],
	])("subjects %p match the node: %p", (subjects, matches) => {
		expect(granted([entry({ subjects: subjects as bigint[] | null })])).toEqual(matches ? [VIEW, OPERATE] : []);
	});

	it("matches a group by its id", () => {
		const acl = [entry({ authMode: GROUP, subjects: [7n] })];
		expect(granted(acl, { authMode: GROUP, subject: 7n })).toEqual([VIEW, OPERATE]);
		expect(granted(acl, { authMode: GROUP, subject: 8n })).toEqual([]);
	});

	it.each([
		["the same version", [0xabcd0002], true],
		["a later version", [0xabcd0003], true],
		["an earlier version", [0xabcd0001], false],
		["another identifier", [0xabce0002], false],
		["one of three", [0x00010001, 0x00020001, 0xabcdffff], true],
		["none", [], false],
	])("matches an authenticated tag with %s (6.6.2.1.2)", (_, caseAuthenticatedTags, matches) => {
		expect(granted([entry({ subjects: [TAG] })], { caseAuthenticatedTags })).toEqual(
			matches ? [VIEW, OPERATE] : [],
		);
	});

	it("takes no tags from a group message, and no node for a tag of the same low bits", () => {
		expect(
			granted([entry({ authMode: GROUP, subjects: [TAG] })], {
				authMode: GROUP,
				subject: 7n,
				caseAuthenticatedTags: [0xabcd0002],
			}),
		).toEqual([]);
		expect(
			granted([entry({ subjects: [0x00000000_abcd_0002n] })], { caseAuthenticatedTags: [0xabcd0002] }),
		).toEqual([]);
	});

	it.each([
		["cluster", { cluster: ON_OFF, endpoint: null, deviceType: null }, true],
		["another cluster", { cluster: 8, endpoint: null, deviceType: null }, false],
		["endpoint", { cluster: null, endpoint: 1, deviceType: null }, true],
		["another endpoint", { cluster: null, endpoint: 0, deviceType: null }, false],
		["cluster and endpoint", { cluster: ON_OFF, endpoint: 1, deviceType: null }, true],
		["cluster on another endpoint", { cluster: ON_OFF, endpoint: 2, deviceType: null }, false],
		["device type", { cluster: null, endpoint: null, deviceType: LIGHT }, true],
		["another device type", { cluster: null, endpoint: null, deviceType: 0x16 }, false],
		["cluster of a device type", { cluster: 8, endpoint: null, deviceType: LIGHT }, false],
	])("target: %s", (_, target, matches) => {
		expect(granted([entry({ targets: [target] })])).toEqual(matches ? [VIEW, OPERATE] : []);
	});

	it("needs one target of several, and none of an empty list", () => {
		const elsewhere = { cluster: 8, endpoint: null, deviceType: null };
		expect(granted([entry({ targets: [elsewhere, { cluster: null, endpoint: 1, deviceType: null }] })])).toEqual([
			VIEW,
			OPERATE,
		]);
		expect(granted([entry({ targets: [elsewhere] })])).toEqual([]);
		expect(granted([entry({ targets: [] })])).toEqual([VIEW, OPERATE]);
	});

	it("opens nothing for a privilege that is none", () => {
		expect(granted([entry({ privilege: 0 }), entry({ privilege: 6 })])).toEqual([]);
	});
});

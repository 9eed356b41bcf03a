import { ANONYMOUS, TlvError, TlvReader, TlvType } from "../codec/TlvReader";
import { TlvOverflow, TlvWriter } from "../codec/TlvWriter";
import type { AccessControlEntry, AccessControlTarget } from "./AccessControlEntry";
import { CERTIFICATE_LENGTH } from "./CredentialsRecord";
import { Fabric, type OperationalCredentials, type StoredCertificates } from "./Fabric";
import type { EpochKey, GroupKeyMapping, GroupKeySet, GroupMembership } from "./GroupKeySet";

// Tags of the record's structure; docs/STORAGE.md lists them. Never reuse a number.
const INDEX = 1;
const FABRIC_ID = 2;
const VENDOR_ID = 3;
const LABEL = 4;
const ROOT_PUBLIC_KEY = 6;
const ACL = 11;
const GROUP_KEY_SETS = 12;
const GROUP_KEY_MAP = 13;
const GROUPS = 14;
const VID_VERIFICATION_STATEMENT = 15;
const VVSC = 16;

const USUAL_LENGTH = 512;
const LONGEST = 16384;

/**
 * Everything of the fabric but its credentials, which change seldom, as TLV (docs/STORAGE.md).
 */
export function encodeFabric(fabric: Fabric): Uint8Array {
	for (let length = USUAL_LENGTH; ; length *= 2) {
		const writer = new TlvWriter(new Uint8Array(length));
		try {
			write(writer, fabric);
			return writer.finish();
		} catch (error) {
			if (!(error instanceof TlvOverflow) || length >= LONGEST) throw error;
		} finally {
			writer.bytes.fill(0, 0, writer.position);
		}
	}
}

/** @throws TlvError or RangeError when something is missing or wrong */
export function decodeFabric(
	bytes: Uint8Array,
	credentials: OperationalCredentials,
	certificates: StoredCertificates,
): Fabric {
	const reader = new TlvReader(bytes);
	let index: number | undefined;
	let fabricId: bigint | undefined;
	let vendorId = 0;
	let label = "";
	let rootPublicKey: Uint8Array | undefined;
	let acl: AccessControlEntry[] = [];
	let groupKeySets: GroupKeySet[] = [];
	let groupKeyMap: GroupKeyMapping[] = [];
	let groups: GroupMembership[] = [];
	let statement: Uint8Array | undefined;
	let vvsc: Uint8Array | undefined;
	reader.expect(TlvType.STRUCTURE, ANONYMOUS);
	reader.enter();
	while (reader.next()) {
		switch (reader.tag) {
			case INDEX:
				index = reader.unsigned(254);
				break;
			case FABRIC_ID:
				fabricId = reader.unsigned64();
				break;
			case VENDOR_ID:
				vendorId = reader.unsigned(0xffff);
				break;
			case LABEL:
				label = reader.string();
				break;
			case ROOT_PUBLIC_KEY:
				rootPublicKey = reader.octets(65, 65);
				break;
			case ACL:
				acl = readList(reader, readAccessControlEntry);
				break;
			case GROUP_KEY_SETS:
				groupKeySets = readList(reader, readGroupKeySet);
				break;
			case GROUP_KEY_MAP:
				groupKeyMap = readList(reader, readGroupKeyMapping);
				break;
			case GROUPS:
				groups = readList(reader, readGroup);
				break;
			case VID_VERIFICATION_STATEMENT:
				statement = reader.octets(85, 85);
				break;
			case VVSC:
				vvsc = reader.octets(1, CERTIFICATE_LENGTH);
				break;
		}
	}
	if (!index || !fabricId || !rootPublicKey || groupKeySets.length === 0)
		throw new TlvError("fabric record lacks a field");
	const fabric = new Fabric({
		index,
		fabricId,
		rootPublicKey,
		vendorId,
		credentials,
		certificates,
		groupKeySets,
		label,
		acl,
		groupKeyMap,
		groups,
	});
	fabric.vidVerificationStatement = statement;
	fabric.vvsc = vvsc;
	return fabric;
}

function write(writer: TlvWriter, fabric: Fabric): void {
	writer.structure(ANONYMOUS);
	writer.unsigned(INDEX, fabric.index);
	writer.unsigned(FABRIC_ID, fabric.fabricId);
	writer.unsigned(VENDOR_ID, fabric.vendorId);
	writer.string(LABEL, fabric.label);
	writer.octets(ROOT_PUBLIC_KEY, fabric.rootPublicKey);
	writer.array(ACL);
	fabric.accessControl.encode(writer);
	writer.end();
	writer.array(GROUP_KEY_SETS);
	const groupKeySets = fabric.groupKeySets;
	for (let i = 0; i < groupKeySets.length; i++) {
		const { groupKeySetId, groupKeySecurityPolicy, epochKeys } = groupKeySets[i]!;
		writer.structure(ANONYMOUS);
		writer.unsigned(0, groupKeySetId);
		writer.unsigned(1, groupKeySecurityPolicy);
		writer.array(2);
		for (let j = 0; j < epochKeys.length; j++) {
			const { key, startTime } = epochKeys[j]!;
			writer.structure(ANONYMOUS);
			writer.octets(0, key);
			writer.unsigned(1, startTime);
			writer.end();
		}
		writer.end();
		writer.end();
	}
	writer.end();
	writer.array(GROUP_KEY_MAP);
	const groupKeyMap = fabric.groupKeyMap;
	for (let i = 0; i < groupKeyMap.length; i++) {
		const { groupId, groupKeySetId } = groupKeyMap[i]!;
		writer.structure(ANONYMOUS);
		writer.unsigned(1, groupId);
		writer.unsigned(2, groupKeySetId);
		writer.end();
	}
	writer.end();
	writer.array(GROUPS);
	const groups = fabric.groups;
	for (let i = 0; i < groups.length; i++) {
		const { groupId, name, endpoints } = groups[i]!;
		writer.structure(ANONYMOUS);
		writer.unsigned(1, groupId);
		writer.array(2);
		for (let j = 0; j < endpoints.length; j++) writer.unsigned(ANONYMOUS, endpoints[j]!);
		writer.end();
		writer.string(3, name);
		writer.end();
	}
	writer.end();
	if (fabric.vidVerificationStatement) writer.octets(VID_VERIFICATION_STATEMENT, fabric.vidVerificationStatement);
	if (fabric.vvsc) writer.octets(VVSC, fabric.vvsc);
	writer.end();
}

/** The elements of the array just read. */
function readList<T>(reader: TlvReader, read: (reader: TlvReader) => T): T[] {
	if (reader.type !== TlvType.ARRAY) throw new TlvError("array expected");
	const list: T[] = [];
	reader.enter();
	while (reader.next()) list.push(read(reader));
	return list;
}

function readAccessControlEntry(reader: TlvReader): AccessControlEntry {
	const entry: AccessControlEntry = { privilege: 0, authMode: 0, subjects: null, targets: null };
	reader.enter();
	while (reader.next()) {
		if (reader.tag === 1) entry.privilege = reader.unsigned(5);
		else if (reader.tag === 2) entry.authMode = reader.unsigned(3);
		else if (reader.tag === 3) entry.subjects = readList(reader, readSubject);
		else if (reader.tag === 4) entry.targets = readList(reader, readTarget);
	}
	return entry;
}

function readSubject(reader: TlvReader): bigint {
	return reader.unsigned64();
}

function readTarget(reader: TlvReader): AccessControlTarget {
	const target: AccessControlTarget = { cluster: null, endpoint: null, deviceType: null };
	reader.enter();
	while (reader.next()) {
		if (reader.tag === 0) target.cluster = reader.unsigned(0xffffffff);
		else if (reader.tag === 1) target.endpoint = reader.unsigned(0xffff);
		else if (reader.tag === 2) target.deviceType = reader.unsigned(0xffffffff);
	}
	return target;
}

function readGroupKeySet(reader: TlvReader): GroupKeySet {
	const set: GroupKeySet = { groupKeySetId: 0, groupKeySecurityPolicy: 0, epochKeys: [] };
	reader.enter();
	while (reader.next()) {
		if (reader.tag === 0) set.groupKeySetId = reader.unsigned(0xffff);
		else if (reader.tag === 1) set.groupKeySecurityPolicy = reader.unsigned(0xff);
		else if (reader.tag === 2) set.epochKeys = readList(reader, readEpochKey);
	}
	return set;
}

function readEpochKey(reader: TlvReader): EpochKey {
	let key: Uint8Array | undefined;
	let startTime = 0n;
	reader.enter();
	while (reader.next()) {
		if (reader.tag === 0) key = reader.octets(16, 16);
		else if (reader.tag === 1) startTime = reader.unsigned64();
	}
	if (!key) throw new TlvError("epoch key missing");
	return { key, startTime };
}

function readGroupKeyMapping(reader: TlvReader): GroupKeyMapping {
	const mapping: GroupKeyMapping = { groupId: 0, groupKeySetId: 0 };
	reader.enter();
	while (reader.next()) {
		if (reader.tag === 1) mapping.groupId = reader.unsigned(0xffff);
		else if (reader.tag === 2) mapping.groupKeySetId = reader.unsigned(0xffff);
	}
	return mapping;
}

function readGroup(reader: TlvReader): GroupMembership {
	const group: GroupMembership = { groupId: 0, name: "", endpoints: [] };
	reader.enter();
	while (reader.next()) {
		if (reader.tag === 1) group.groupId = reader.unsigned(0xffff);
		else if (reader.tag === 2) group.endpoints = readList(reader, readEndpoint);
		else if (reader.tag === 3) group.name = reader.string();
	}
	return group;
}

function readEndpoint(reader: TlvReader): number {
	return reader.unsigned(0xffff);
}

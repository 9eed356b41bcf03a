import { equalBytes } from "../codec/Bytes";
import { ANONYMOUS, QUALIFIED, TlvError, TlvType } from "../codec/Tlv";
import { TlvReader } from "../codec/TlvReader";
import type { AttributeDefinition } from "../datamodel/ClusterDefinition";
import { ClusterServer } from "../datamodel/ClusterServer";
import { implement } from "../datamodel/Implementation";
import type { MembersOf } from "../datamodel/Implementation";
import type { InteractionContext } from "../datamodel/InteractionContext";
import { PASE } from "../datamodel/InteractionContext";
import { Status, StatusError } from "../datamodel/Status";
import type { AccessControlEntry } from "../fabric/AccessControlEntry";
import { ENTRIES, SUBJECTS, TARGETS, type AccessControlList } from "../fabric/AccessControlList";
import type { Fabric } from "../fabric/Fabric";
import type { FabricTable } from "../fabric/FabricTable";
import { isCaseAuthenticatedTagSubject, isOperationalNodeId } from "../fabric/NodeId";
import { Deadline } from "../time/Deadline";
import { AccessControl } from "./generated/AccessControl";
import {
	AccessControlEntryAuthModeEnum,
	AccessControlEntryPrivilegeEnum,
	ChangeTypeEnum,
} from "./generated/AccessControlConstants";
import type {
	AccessControlEntryStruct,
	AccessControlExtensionStruct,
	AccessControlTargetStruct,
} from "./generated/AccessControl";

const PROXY_VIEW = 2;
const EXTENSION = "acl-extension.";

/**
 * Who may do what (Matter Core 9.10). The entries live in each fabric's record, where the interaction model's access
 * check finds them; this server checks what an administrator writes and tells of each change by an event.
 */
export class AccessControlServer extends ClusterServer implements MembersOf<typeof AccessControlServer> {
	static override readonly implementation = implement(AccessControl, { features: ["extension"] });

	private table: FabricTable;

	constructor(fabrics: FabricTable) {
		super();
		this.table = fabrics;
	}

	get subjectsPerAccessControlEntry(): number {
		return SUBJECTS;
	}

	get targetsPerAccessControlEntry(): number {
		return TARGETS;
	}

	get accessControlEntriesPerFabric(): number {
		return ENTRIES;
	}

	/** Extensions of fabrics that never came to stay go. */
	override onStart(): void {
		const storage = this.endpoint.node.storage;
		const names = storage.names(EXTENSION);
		for (let i = 0; i < names.length; i++) {
			const name = names[i]!;
			if (!this.table.find(Number(name.slice(EXTENSION.length)))) storage.remove(name);
		}
	}

	override onFabricRemoved(fabricIndex: number): void {
		this.endpoint.node.storage.remove(EXTENSION + fabricIndex);
		this.changed("acl");
		this.changed("extension");
	}

	get acl(): AccessControlEntryStruct[] {
		return this.table.fabrics.flatMap(listed);
	}

	/** Who reads its own fabric's entries only, gets no others made: it is read by everybody at once. */
	protected override attributeValue(
		attribute: AttributeDefinition,
		context: InteractionContext | undefined,
	): unknown {
		if (attribute.id === AccessControl.attributes.acl.id && context?.fabricFiltered)
			return context.fabric ? listed(context.fabric) : [];
		return super.attributeValue(attribute, context);
	}

	protected override limitOf(attribute: AttributeDefinition): number {
		return attribute.id === AccessControl.attributes.acl.id ? ENTRIES : super.limitOf(attribute);
	}

	get extension(): AccessControlExtensionStruct[] {
		const result: AccessControlExtensionStruct[] = [];
		const fabrics = this.table.fabrics;
		for (let i = 0; i < fabrics.length; i++) {
			const index = fabrics[i]!.index;
			const data = this.endpoint.node.storage.get(EXTENSION + index);
			if (data) result.push({ data, fabricIndex: index });
		}
		return result;
	}

	/** AddNOC gave a new fabric its first entry (11.18.6.8). */
	entryAdded(fabric: Fabric, entry: AccessControlEntry, context: InteractionContext): void {
		this.changed("acl");
		this.tell(ChangeTypeEnum.Added, entry, fabric.index, administrator(context));
	}

	/**
	 * The accessing fabric's list is to be `value`. All of it is checked before anything changes.
	 * @throws StatusError ConstraintError, ResourceExhausted
	 */
	protected override onWrite(attribute: AttributeDefinition, value: unknown, context: InteractionContext): void {
		const fabric = context.fabric;
		if (fabric === undefined) throw new StatusError(Status.UnsupportedAccess);
		return attribute.id === AccessControl.attributes.acl.id
			? this.writeEntries(fabric, value as readonly AccessControlEntryStruct[], context)
			: this.writeExtension(fabric, value as readonly AccessControlExtensionStruct[], context);
	}

	private writeEntries(
		fabric: Fabric,
		entries: readonly AccessControlEntryStruct[],
		context: InteractionContext,
	): void {
		if (entries.length > ENTRIES) throw new StatusError(Status.ResourceExhausted);
		const after = entries.map(checked);
		const before = fabric.accessControl;
		fabric.acl = after;
		try {
			this.table.save(fabric);
		} catch (error) {
			fabric.accessControl = before; // what is not stored must not open or close anything
			throw error;
		}
		if (fabric.accessControl.equals(before)) return;
		this.changed("acl");
		// in a turn of its own: on a slow chip all of it at once would keep others waiting for too long
		const who = administrator(context);
		new Deadline(this.endpoint.node.scheduler, () => this.tellOfEach(fabric, before, after, who)).start(0);
	}

	private tellOfEach(
		fabric: Fabric,
		before: AccessControlList,
		after: readonly AccessControlEntry[],
		who: Administrator,
	): void {
		if (!this.table.fabrics.includes(fabric)) return;
		// An entry written over another is a change, whatever it says: certification counts on it (9.10.9.1)
		for (let i = 0; i < after.length; i++)
			this.tell(i < before.length ? ChangeTypeEnum.Changed : ChangeTypeEnum.Added, after[i]!, fabric.index, who);
		if (before.length <= after.length) return;
		const former = before.entries();
		for (let i = former.length - 1; i >= after.length; i--)
			this.tell(ChangeTypeEnum.Removed, former[i]!, fabric.index, who);
	}

	private writeExtension(
		fabric: Fabric,
		entries: readonly AccessControlExtensionStruct[],
		context: InteractionContext,
	): void {
		if (entries.length > 1) throw new StatusError(Status.ConstraintError); // one for each fabric (9.10.6.4)
		const storage = this.endpoint.node.storage;
		const name = EXTENSION + fabric.index;
		const before = storage.get(name);
		const data = entries[0]?.data;
		if (data === undefined) storage.remove(name);
		else {
			if (!isExtension(data)) throw new StatusError(Status.ConstraintError);
			storage.set(name, data);
		}
		const latest = data ?? before;
		if (latest === undefined || (data && before && equalBytes(data, before))) return;
		this.changed("extension");
		const changeType = !before ? ChangeTypeEnum.Added : data ? ChangeTypeEnum.Changed : ChangeTypeEnum.Removed;
		this.emit(AccessControl.events.accessControlExtensionChanged, {
			...administrator(context),
			changeType,
			latestValue: { data: latest, fabricIndex: fabric.index },
			fabricIndex: fabric.index,
		});
	}

	private tell(changeType: ChangeTypeEnum, entry: AccessControlEntry, fabricIndex: number, who: Administrator): void {
		return this.emit(AccessControl.events.accessControlEntryChanged, {
			...who,
			changeType,
			latestValue: struct(entry, fabricIndex),
			fabricIndex,
		});
	}
}

function listed(fabric: Fabric): ListedEntry[] {
	const entries: ListedEntry[] = [];
	for (let i = 0; i < fabric.accessControl.length; i++)
		entries.push(new ListedEntry(fabric.accessControl, i, fabric.index));
	return entries;
}

/** An entry as it is read: its lists are made when they are asked for, one entry after the other. */
class ListedEntry implements AccessControlEntryStruct {
	readonly fabricIndex: number;
	#list: AccessControlList;
	#index: number;

	constructor(list: AccessControlList, index: number, fabricIndex: number) {
		this.#list = list;
		this.#index = index;
		this.fabricIndex = fabricIndex;
	}

	get privilege(): AccessControlEntryPrivilegeEnum {
		return this.#list.privilege(this.#index) as AccessControlEntryPrivilegeEnum;
	}

	get authMode(): AccessControlEntryAuthModeEnum {
		return this.#list.authMode(this.#index) as AccessControlEntryAuthModeEnum;
	}

	get subjects(): bigint[] | null {
		return this.#list.subjects(this.#index);
	}

	get targets(): AccessControlTargetStruct[] | null {
		return this.#list.targets(this.#index);
	}
}

interface Administrator {
	readonly adminNodeId: bigint | null;
	readonly adminPasscodeId: number | null;
}

/** Who did it: a node over CASE, the default passcode over PASE; the other one is null (9.10.9.1). */
function administrator(context: InteractionContext): Administrator {
	return context.authMode === PASE
		? { adminNodeId: null, adminPasscodeId: 0 }
		: { adminNodeId: context.subject, adminPasscodeId: null };
}

function struct(entry: AccessControlEntry, fabricIndex: number): AccessControlEntryStruct {
	return { ...entry, fabricIndex } as AccessControlEntryStruct;
}

/** @throws StatusError when Matter Core 9.10.5.7 forbids the entry */
function checked(entry: AccessControlEntryStruct): AccessControlEntry {
	const { privilege, authMode, subjects, targets } = entry;
	if ((subjects?.length ?? 0) > SUBJECTS || (targets?.length ?? 0) > TARGETS)
		throw new StatusError(Status.ResourceExhausted);
	if (
		authMode === AccessControlEntryAuthModeEnum.Pase || // access over PASE is implicit, never listed
		(authMode === AccessControlEntryAuthModeEnum.Group &&
			privilege === AccessControlEntryPrivilegeEnum.Administer) ||
		(privilege as number) === PROXY_VIEW ||
		entry.auxiliaryType !== undefined
	)
		throw new StatusError(Status.ConstraintError);
	if (subjects)
		for (let i = 0; i < subjects.length; i++)
			if (!isSubject(subjects[i]!, authMode)) throw new StatusError(Status.ConstraintError);
	if (targets)
		for (let i = 0; i < targets.length; i++)
			if (!isTarget(targets[i]!)) throw new StatusError(Status.ConstraintError);
	// an empty list says the same as null, and is kept as null (9.10.5.7.3, 9.10.5.7.4)
	return {
		privilege,
		authMode,
		subjects: subjects?.length ? subjects : null,
		targets: targets?.length ? targets : null,
	};
}

/** A TLV list without a tag, its elements tagged by profile in fully-qualified form (9.10.5.8.1). */
function isExtension(data: Uint8Array): boolean {
	try {
		const reader = new TlvReader(data);
		reader.expect(TlvType.LIST, ANONYMOUS);
		reader.enter();
		while (reader.next()) {
			const tag = reader.tag === QUALIFIED ? reader.qualified : undefined;
			if (!tag?.vendorId && !tag?.profile) return false;
			reader.skip();
		}
		return !reader.next() && reader.position === data.length;
	} catch (error) {
		if (error instanceof TlvError) return false;
		throw error;
	}
}

/** A node, a CASE authenticated tag above version 0, or the id of a group (9.10.5.7.3). */
function isSubject(subject: bigint, authMode: number): boolean {
	return authMode === AccessControlEntryAuthModeEnum.Group
		? subject >= 1n && subject <= 0xffffn
		: isOperationalNodeId(subject) || isCaseAuthenticatedTagSubject(subject);
}

function isTarget(target: AccessControlTargetStruct): boolean {
	const cluster = target.cluster;
	const endpoint = target.endpoint;
	const deviceType = target.deviceType;
	if (cluster === null && endpoint === null && deviceType === null) return false;
	if (endpoint !== null && deviceType !== null) return false;
	if (cluster !== null && !isCluster(cluster)) return false;
	if (endpoint !== null && endpoint === 0xffff) return false;
	return deviceType === null || isDeviceType(deviceType);
}

/** Standard 0x0000..0x7fff, manufacturer specific 0xfc00..0xfffe under a vendor prefix (Matter Core 7.10.3). */
function isCluster(id: number): boolean {
	const suffix = id & 0xffff;
	const vendor = id >>> 16;
	return vendor === 0 ? suffix <= 0x7fff : vendor <= 0xfff4 && suffix >= 0xfc00 && suffix <= 0xfffe;
}

/** Matter Core 7.15.2: 0x0000..0xbfff under any vendor prefix. */
function isDeviceType(id: number): boolean {
	return (id & 0xffff) <= 0xbfff && id >>> 16 <= 0xfff4;
}

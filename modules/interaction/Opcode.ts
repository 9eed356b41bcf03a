/** Opcodes of protocol 0x0001 (Matter Core 10.2.1). */
export const Opcode = Object.freeze({
	STATUS_RESPONSE: 0x01,
	READ_REQUEST: 0x02,
	SUBSCRIBE_REQUEST: 0x03,
	SUBSCRIBE_RESPONSE: 0x04,
	REPORT_DATA: 0x05,
	WRITE_REQUEST: 0x06,
	WRITE_RESPONSE: 0x07,
	INVOKE_REQUEST: 0x08,
	INVOKE_RESPONSE: 0x09,
	TIMED_REQUEST: 0x0a,
} as const);
export type Opcode = (typeof Opcode)[keyof typeof Opcode];

/** ProtocolId of the interaction model. */
export const INTERACTION_MODEL = 0x0001;

/** Context tag of the revision, common to all messages (Matter Core 10.7). */
export const REVISION_TAG = 0xff;

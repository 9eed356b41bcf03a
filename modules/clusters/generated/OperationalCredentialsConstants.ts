// Written by `npm run codegen` from the standard data model. Not to be edited.

export const CertificateChainTypeEnum = Object.freeze({
	DacCertificate: 1,
	PaiCertificate: 2,
} as const);
export type CertificateChainTypeEnum = (typeof CertificateChainTypeEnum)[keyof typeof CertificateChainTypeEnum];

export const NodeOperationalCertStatusEnum = Object.freeze({
	Ok: 0,
	InvalidPublicKey: 1,
	InvalidNodeOpId: 2,
	InvalidNoc: 3,
	MissingCsr: 4,
	TableFull: 5,
	InvalidAdminSubject: 6,
	FabricConflict: 9,
	LabelConflict: 10,
	InvalidFabricIndex: 11,
} as const);
export type NodeOperationalCertStatusEnum =
	(typeof NodeOperationalCertStatusEnum)[keyof typeof NodeOperationalCertStatusEnum];

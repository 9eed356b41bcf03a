// Written by `npm run codegen` from the standard data model. Not to be edited.

export const CertificateChainTypeEnum = Object.freeze({
	DacCertificate: 1,
	PaiCertificate: 2,
} as const);
export type CertificateChainTypeEnum = (typeof CertificateChainTypeEnum)[keyof typeof CertificateChainTypeEnum];

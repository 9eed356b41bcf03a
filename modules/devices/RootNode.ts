import { AccessControlServer } from "../clusters/AccessControlServer";
import { AdministratorCommissioningServer } from "../clusters/AdministratorCommissioningServer";
import { BasicInformationServer } from "../clusters/BasicInformationServer";
import type { ProductDescription } from "../clusters/BasicInformationServer";
import { DescriptorServer } from "../clusters/DescriptorServer";
import { GeneralCommissioningServer } from "../clusters/GeneralCommissioningServer";
import { GeneralDiagnosticsServer } from "../clusters/GeneralDiagnosticsServer";
import type { DeviceLoadSource } from "../clusters/GeneralDiagnosticsServer";
import { RootNodeDeviceType } from "../clusters/generated/DeviceTypes";
import { GroupKeyManagementServer } from "../clusters/GroupKeyManagementServer";
import { OperationalCredentialsServer } from "../clusters/OperationalCredentialsServer";
import type { AttestationCredentials } from "../commissioning/Attestation";
import type { CommissioningWindow } from "../commissioning/CommissioningWindow";
import type { FailSafe } from "../commissioning/FailSafe";
import type { ClusterServer } from "../datamodel/ClusterServer";
import type { FabricTable } from "../fabric/FabricTable";
import { Device } from "./Device";

const DEVICE_TYPES = Object.freeze([RootNodeDeviceType]);

export interface RootNodeServices {
	product: ProductDescription;
	fabrics: FabricTable;
	failSafe: FailSafe;
	window: CommissioningWindow;
	attestation: AttestationCredentials;
	load: DeviceLoadSource;
	/** Network Commissioning, as the platform has it */
	network: ClusterServer;
}

/** Root Node (Matter Device Library 2.1): endpoint 0, what every node owes its administrators. */
export class RootNode extends Device {
	readonly basicInformation: BasicInformationServer;
	readonly generalDiagnostics: GeneralDiagnosticsServer;
	readonly administratorCommissioning: AdministratorCommissioningServer;

	constructor(services: RootNodeServices) {
		const { product, fabrics, failSafe, window, attestation, load, network } = services;
		const basicInformation = new BasicInformationServer(product);
		const generalDiagnostics = new GeneralDiagnosticsServer(load, product.softwareVersion);
		const administratorCommissioning = new AdministratorCommissioningServer(window);
		super(DEVICE_TYPES, [
			new DescriptorServer(),
			new AccessControlServer(fabrics),
			basicInformation,
			new GeneralCommissioningServer(failSafe),
			network,
			generalDiagnostics,
			administratorCommissioning,
			new OperationalCredentialsServer(fabrics, failSafe, attestation),
			new GroupKeyManagementServer(fabrics),
		]);
		this.basicInformation = basicInformation;
		this.generalDiagnostics = generalDiagnostics;
		this.administratorCommissioning = administratorCommissioning;
	}
}

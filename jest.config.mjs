/** Rooms whose tests also run in the sanitized program: native modules, and what hands them memory. */
const sanitized = ["crypto", "hosts"];

const onEngine = {
	runner: "<rootDir>/test/runner/index.mjs",
	globalSetup: "<rootDir>/test/runner/globalSetup.mjs",
	roots: ["<rootDir>/test", "<rootDir>/modules"],
	transform: {},
};

export default {
	// The engine's processes are small, but the build machine may have two cores only.
	maxWorkers: 2,
	// Preparing may take long where much else runs.
	testTimeout: 60_000,
	projects: [
		{
			...onEngine,
			displayName: "unit",
			globals: { variant: "release" },
			testMatch: ["<rootDir>/test/unit/**/*.test.ts"],
		},
		{
			...onEngine,
			displayName: { name: "sanitized", color: "magenta" },
			globals: { variant: "asan" },
			testMatch: sanitized.map((room) => `<rootDir>/test/unit/${room}/**/*.test.ts`),
		},
		{
			...onEngine,
			displayName: { name: "rom", color: "blue" },
			globals: { variant: "rom" },
			testMatch: ["<rootDir>/test/unit/**/*.test.ts"],
		},
		{
			displayName: { name: "tools", color: "yellow" },
			roots: ["<rootDir>/test/runner", "<rootDir>/test/tools"],
			testMatch: ["<rootDir>/test/{runner,tools}/*.test.mjs"],
			testEnvironment: "node",
			transform: {},
		},
		{
			displayName: { name: "fault", color: "red" },
			roots: ["<rootDir>/test"],
			testMatch: ["<rootDir>/test/fault/**/*.test.mjs"],
			testEnvironment: "node",
			transform: {},
		},
		{
			displayName: { name: "slow", color: "gray" },
			roots: ["<rootDir>/test"],
			testMatch: ["<rootDir>/test/slow/**/*.test.mjs"],
			testEnvironment: "node",
			transform: {},
		},
		{
			displayName: { name: "interop", color: "cyan" },
			roots: ["<rootDir>/test"],
			testMatch: ["<rootDir>/test/interop/**/*.test.mjs"],
			testEnvironment: "node",
			transform: {},
		},
	],
};

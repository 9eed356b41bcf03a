import { join } from "node:path";
import tseslint from "typescript-eslint";
import { floorsRule } from "./tools/eslint/floors.mjs";

const root = import.meta.dirname;

/** What the engine has not, and what a microcontroller should not do while a message passes. */
const missing = ["setTimeout", "setInterval", "queueMicrotask", "structuredClone", "TextEncoder", "TextDecoder", "URL"];

const common = {
	eqeqeq: "error",
	"no-console": "off",
	"no-var": "error",
	"prefer-const": "error",
	"object-shorthand": "error",
};

export default tseslint.config(
	{
		// Native modules hold the engine's `@ "name"` syntax; the compiler reads their .d.ts.
		ignores: [
			"build/",
			"node_modules/",
			"modules/**/*.js",
			"hosts/**/*.js",
			"test/unit/**/*.js",
			"modules/clusters/generated/",
		],
	},
	{ linterOptions: { reportUnusedDisableDirectives: "error" } },
	{
		files: ["**/*.ts"],
		extends: [tseslint.configs.recommendedTypeChecked],
		languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: root } },
		rules: {
			...common,
			"@typescript-eslint/consistent-type-imports": "error",
			"@typescript-eslint/explicit-module-boundary-types": "error",
			"@typescript-eslint/no-explicit-any": "error",
			"@typescript-eslint/no-floating-promises": "error",
			"@typescript-eslint/no-import-type-side-effects": "error",
			"@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
			"@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
			// Indexes that are known to be in range are marked as such, whether the compiler asks for it or not.
			"@typescript-eslint/no-unnecessary-type-assertion": "off",
			// What the interface gives as a promise is one, whether its first implementation waits for anything or not.
			"@typescript-eslint/require-await": "off",
			"@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
		},
	},
	{
		files: ["modules/**/*.ts"],
		plugins: { "xs-matter": { rules: { floors: floorsRule } } },
		rules: {
			"xs-matter/floors": ["error", { modules: join(root, "modules") }],
			// A method and whose it is take less memory than a closure over both: see Deadline.
			"@typescript-eslint/unbound-method": "off",
			"no-restricted-globals": ["error", ...missing],
			"no-restricted-properties": [
				"error",
				{ object: "Date", property: "now", message: "Use the clock of time/: tests drive a virtual one." },
				{ object: "Math", property: "random", message: "Use crypto/random." },
			],
			"no-restricted-syntax": [
				"error",
				{ selector: "AwaitExpression", message: "No await in the runtime: protocol steps are state machines." },
				{
					selector: "MethodDefinition > PrivateIdentifier",
					message: "A method with # takes memory in each object: declare it private. See docs/SIZE.md.",
				},
				{
					selector: "Program > ExpressionStatement > CallExpression:not([callee.object.name='Object'])",
					message: "A module's body runs no call: it is preloaded.",
				},
			],
		},
	},
	{
		// Ambient modules have nothing to import: who wants all of them refers to one file that refers to each.
		files: ["**/*.d.ts"],
		rules: { "@typescript-eslint/triple-slash-reference": "off" },
	},
	{
		files: ["test/**/*.ts"],
		rules: {
			// A test calls what it wants to see refused.
			"@typescript-eslint/no-unsafe-argument": "off",
			"@typescript-eslint/no-unsafe-assignment": "off",
			"@typescript-eslint/explicit-module-boundary-types": "off",
			"@typescript-eslint/no-explicit-any": "off",
			"@typescript-eslint/unbound-method": "off",
		},
	},
	{
		files: ["**/*.mjs"],
		extends: [tseslint.configs.recommended],
		rules: {
			...common,
			"@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
			"@typescript-eslint/no-unused-expressions": "error",
		},
	},
);

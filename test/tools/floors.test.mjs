import { Linter } from "eslint";
import { floorsRule } from "../../tools/eslint/floors.mjs";

const linter = new Linter({ cwd: "/project" });
const config = {
	plugins: { rooms: { rules: { floors: floorsRule } } },
	rules: { "rooms/floors": ["error", { modules: "/project/modules" }] },
};

/** What the rule says of an import in a file of modules/. */
function said(file, specifier) {
	const messages = linter.verify(
		`import x from "${specifier}";`,
		[{ ...config, files: ["**"] }],
		`/project/modules/${file}`,
	);
	return messages.map(({ messageId }) => messageId);
}

it.each([
	["session/SecureSession.js", "../crypto/ccm", []],
	["session/SecureSession.js", "./Session", []],
	["session/SecureSession.js", "../fabric/Fabric", []],
	["session/SecureSession.js", "../exchange/Exchange", ["upward"]],
	["crypto/random.js", "../codec/Bytes", ["upward"]],
	["clusters/generated/OnOff.js", "../../datamodel/Types", []],
	["datamodel/Types.js", "../clusters/generated/OnOff", ["upward"]],
	["node/MatterNode.js", "../clusters/OnOffServer", []],
	["node/MatterNode.js", "../../hosts/linux/loop", ["outside"]],
	["node/MatterNode.js", "host/udp", []],
	["attic/Thing.js", "../codec/Bytes", ["unknown"]],
])("%s importing %s: %j", (file, specifier, expected) => {
	expect(said(file, specifier)).toEqual(expected);
});

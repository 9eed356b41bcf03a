/* The manifest's config, and over it the flags of the command line. */
import defaults from "mc/defaults";

function flags() @ "xs_config_flags";

export default Object.freeze({ ...defaults, ...flags() });

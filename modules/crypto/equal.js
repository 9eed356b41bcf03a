export default function equal(a, b) @ "xs_equal";

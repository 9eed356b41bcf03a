export default function hkdf(secret, salt, info, length) @ "xs_hkdf";

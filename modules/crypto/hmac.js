export default function hmac(key, data) @ "xs_hmac";

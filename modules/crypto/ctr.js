export default function ctr(key, counter, bytes, start, end) @ "xs_ctr";

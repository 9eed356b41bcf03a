export default function pbkdf2(password, salt, iterations, length) @ "xs_pbkdf2";

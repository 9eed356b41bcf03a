// Everything a platform provides, in one: mcconfig's compiler takes it as a type package (modules/manifest.json). The SDK
// types mc/config itself.
/// <reference path="./board.d.ts" />
/// <reference path="./commissioning.d.ts" />
/// <reference path="./console.d.ts" />
/// <reference path="./files.d.ts" />
/// <reference path="./network.d.ts" />
/// <reference path="./random.d.ts" />
/// <reference path="./ticks.d.ts" />
/// <reference path="./timer.d.ts" />
/// <reference path="./udp.d.ts" />
/// <reference path="./wifi.d.ts" />
/// <reference path="./xs.d.ts" />

// Written by `npm run codegen` from the standard data model. Not to be edited.

export const ProductFinishEnum = Object.freeze({
	Other: 0,
	Matte: 1,
	Satin: 2,
	Polished: 3,
	Rugged: 4,
	Fabric: 5,
} as const);
export type ProductFinishEnum = (typeof ProductFinishEnum)[keyof typeof ProductFinishEnum];

export const ColorEnum = Object.freeze({
	Black: 0,
	Navy: 1,
	Green: 2,
	Teal: 3,
	Maroon: 4,
	Purple: 5,
	Olive: 6,
	Gray: 7,
	Blue: 8,
	Lime: 9,
	Aqua: 10,
	Red: 11,
	Fuchsia: 12,
	Yellow: 13,
	White: 14,
	Nickel: 15,
	Chrome: 16,
	Brass: 17,
	Copper: 18,
	Silver: 19,
	Gold: 20,
} as const);
export type ColorEnum = (typeof ColorEnum)[keyof typeof ColorEnum];

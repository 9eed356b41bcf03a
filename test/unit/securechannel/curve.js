export function curveCount(kind) @ "xs_test_curveCount";

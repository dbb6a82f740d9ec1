/**
 * A sum of doubles that overflows is an error, and not infinity as elsewhere. Halves of doubles are exact and their sum
 * cannot overflow; halves of the tiniest underflow, which does not matter.
 */
export function postgresSumIsFinite(column: string, param: string): string {
  return `abs(${half(column)} + ${half(param)}) <= ${Number.MAX_VALUE / 2}::double precision`;
}

function half(double: string): string {
  return `case when abs(${double}) > 1 then ${double} / 2 else 0 end`;
}

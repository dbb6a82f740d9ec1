/** A number as people type it: spaces, one decimal point or comma, an exponent. `undefined` if it is none, `null` if empty. */
export function parseNumber(text: string): number | null | undefined {
  const plain = text.trim().replace(/[\s_]/g, "");
  if (plain === "") return null;
  const pointed = plain.includes(".") ? plain : plain.replace(",", ".");
  if (!/^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?$/i.test(pointed)) return undefined;
  const value = Number(pointed);
  return Number.isFinite(value) ? value : undefined;
}

/** One step up or down within the bounds, without the errors of binary fractions (0.1 + 0.2 is 0.3). */
export function stepNumber(value: number | null, change: number, min = -Infinity, max = Infinity): number {
  const sum = Number(((value ?? 0) + change).toPrecision(15));
  return Math.min(max, Math.max(min, sum));
}

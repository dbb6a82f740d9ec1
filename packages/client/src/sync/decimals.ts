/** Decimals are texts with all their digits: as numbers they would lose some. */
const DECIMAL = /^-?\d+(\.\d+)?$/;

/** With as many decimals as the more exact of the two. What is no decimal waits for the server's answer. */
export function addDecimals(a: string, b: string): string {
  const both = scaled(a, b);
  if (!both) return a;
  const sum = both.a + both.b;
  const digits = (sum < 0n ? -sum : sum).toString().padStart(both.scale + 1, "0");
  const text = both.scale === 0 ? digits : `${digits.slice(0, -both.scale)}.${digits.slice(-both.scale)}`;
  return sum < 0n ? `-${text}` : text;
}

/** Undefined where one of them is no decimal. */
export function compareDecimals(a: string, b: string): number | undefined {
  const both = scaled(a, b);
  return both && (both.a < both.b ? -1 : both.a > both.b ? 1 : 0);
}

function scaled(a: string, b: string): { a: bigint; b: bigint; scale: number } | undefined {
  if (!DECIMAL.test(a) || !DECIMAL.test(b)) return undefined;
  const scale = Math.max(decimalsOf(a), decimalsOf(b));
  return { a: unitsOf(a, scale), b: unitsOf(b, scale), scale };
}

function decimalsOf(text: string): number {
  return text.split(".")[1]?.length ?? 0;
}

function unitsOf(text: string, scale: number): bigint {
  const [whole = "0", decimals = ""] = text.split(".");
  return BigInt(whole + decimals.padEnd(scale, "0"));
}

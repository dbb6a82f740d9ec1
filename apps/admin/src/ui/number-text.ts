interface Separators {
  readonly decimal: string;
  readonly group: string;
}

const separators = new Map<string, Separators>();

function separatorsOf(language: string | undefined): Separators {
  const known = separators.get(language ?? "");
  if (known) return known;
  const parts = new Intl.NumberFormat(language).formatToParts(1_234_567.8);
  const found = (type: "decimal" | "group", usual: string) =>
    (parts.find((part) => part.type === type)?.value ?? usual).replace("’", "'");
  const made = { decimal: found("decimal", "."), group: found("group", ",") };
  separators.set(language ?? "", made);
  return made;
}

/**
 * A typed number as programs write it: "1,749.23" and, in German, "1.749,23" are "1749.23". Digits stay as they are, so
 * exact decimals do. A single point is a decimal point in every language, because stored numbers are shown so. Empty if
 * nothing was typed; `undefined` if it is no number.
 */
export function plainNumber(text: string, language: string | undefined = navigator.language): string | undefined {
  const typed = text.trim().replace(/[\s_]/g, "").replaceAll("’", "'");
  if (typed === "") return "";
  const pointed = withoutGroups(typed, separatorsOf(language));
  return /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?$/i.test(pointed) ? pointed : undefined;
}

/** Two or three digits between separators, and three at the end: 1,234,567 and, in India, 12,34,567. */
const GROUPS: Readonly<Record<string, RegExp>> = {
  ",": /^[+-]?\d{1,3}(,\d{2,3})*,\d{3}$/,
  ".": /^[+-]?\d{1,3}(\.\d{2,3})*\.\d{3}$/,
  "'": /^[+-]?\d{1,3}('\d{2,3})*'\d{3}$/,
};

function withoutGroups(typed: string, { decimal, group }: Separators): string {
  // Spaces are gone already.
  const mark = Object.hasOwn(GROUPS, group) ? group : decimal === "," ? "." : ",";
  const [whole = "", ...fractions] = typed.split(decimal);
  // A single point without a decimal comma is the decimal point of a stored number.
  const isStored = mark === "." && fractions.length === 0 && whole.split(".").length === 2;
  if (!isStored && fractions.length < 2 && GROUPS[mark]?.test(whole))
    return [whole.replaceAll(mark, ""), ...fractions].join(".");
  return typed.includes(".") ? typed : typed.replace(",", ".");
}

/** The text of a cell or a field in a form: a number as programs write it, everything else as it was typed. */
export function typedCell(text: string, kind: string): string {
  return kind === "number" ? (plainNumber(text) ?? text) : text;
}

/** A number as people type it, with the separators of the browser's language. `undefined` if it is none, `null` if empty. */
export function parseNumber(text: string, language?: string): number | null | undefined {
  const plain = plainNumber(text, language);
  if (plain === undefined || plain === "") return plain === "" ? null : undefined;
  const value = Number(plain);
  return Number.isFinite(value) ? value : undefined;
}

/** One step up or down within the bounds, without the errors of binary fractions (0.1 + 0.2 is 0.3). */
export function stepNumber(value: number | null, change: number, min = -Infinity, max = Infinity): number {
  const sum = Number(((value ?? 0) + change).toPrecision(15));
  return Math.min(max, Math.max(min, sum));
}

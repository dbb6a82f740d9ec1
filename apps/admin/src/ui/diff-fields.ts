export type Fields = Readonly<Record<string, unknown>>;

export interface FieldDiff {
  field: string;
  kind: "same" | "added" | "removed" | "changed";
  before: unknown;
  after: unknown;
}

/** Field by field, in the order of `after`, then what only `before` has. */
export function diffFields(before: Fields, after: Fields): FieldDiff[] {
  const fields = new Set([...Object.keys(after), ...Object.keys(before)]);
  return [...fields].map((field) => {
    const [had, has] = [Object.hasOwn(before, field), Object.hasOwn(after, field)];
    const kind = !had ? "added" : !has ? "removed" : isEqual(before[field], after[field]) ? "same" : "changed";
    return { field, kind, before: before[field], after: after[field] };
  });
}

/** Equal as JSON, whatever the order of keys. */
export function isEqual(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [a, b] = [one as Fields, other as Fields];
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && isEqual(a[key], b[key]));
}

/** A value as a text that can be compared word by word. */
export function diffText(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value, null, 2) : String(value);
}

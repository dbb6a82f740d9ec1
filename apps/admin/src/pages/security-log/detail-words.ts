/** An event's detail as short text: `roles: editor, author · method: password`. */
export function detailWords(detail: Readonly<Record<string, unknown>> | null): string {
  const parts = Object.entries(detail ?? {}).map(([key, value]) => `${key.replaceAll("_", " ")}: ${valueWords(value)}`);
  return parts.length === 0 ? "–" : parts.join(" · ");
}

function valueWords(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "–" : value.map(valueWords).join(", ");
  if (!isRecord(value)) return value === null || value === "" ? "–" : String(value);
  if (isRule(value)) return `${value.role} ${value.effect} ${value.action}`;
  return JSON.stringify(value);
}

function isRule(value: Readonly<Record<string, unknown>>): boolean {
  return ["role", "effect", "action"].every((key) => typeof value[key] === "string");
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

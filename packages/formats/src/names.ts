import { isSystemField } from "@plinth/core";

const MAX_NAME = 58;
/** What is behind it in a name is cut off anyway. */
const MAX_SOURCE = 1000;

/** `US Gross` → `us_gross`, `createdAt` → `source_created_at`, `2020` → `field_2020`. */
export function fieldNameFor(source: string): string {
  const words = source
    .slice(0, MAX_SOURCE)
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/([a-z\d])([A-Z])/g, "$1_$2")
    .replace(/([A-Z])(?=[A-Z][a-z])/g, "$1_")
    .toLowerCase()
    .replace(/[^a-z\d]+/g, "_")
    .replace(/^_|_$/g, "");
  const name = words === "" ? "field" : /^\d/.test(words) ? `field_${words}` : words;
  return (isSystemField(name) ? `source_${name}` : name).slice(0, MAX_NAME);
}

/** A name for each source name, no two alike; the first one keeps the plain form. */
export function fieldNamesFor(sources: Iterable<string>, taken: ReadonlySet<string> = new Set()): Map<string, string> {
  const names = new Map<string, string>();
  const used = new Set(taken);
  for (const source of sources) {
    const plain = fieldNameFor(source);
    let name = plain;
    for (let n = 2; used.has(name); n++) name = `${plain.slice(0, MAX_NAME - String(n).length - 1)}_${n}`;
    used.add(name);
    names.set(source, name);
  }
  return names;
}

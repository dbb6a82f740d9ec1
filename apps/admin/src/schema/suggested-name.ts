import { type Field, isReference, isRelational, isSystemField } from "@plinth/core";

/** The field with these settings; one that leads to another collection now is named after that, unless somebody has named it. */
export function withSuggestedName(field: Field, settings: Partial<Field>, taken: readonly string[]): Field {
  const next = { ...field, ...settings };
  const isUnnamed = field.name === "" || field.name === suggestedName(field, taken);
  return settings.to !== undefined && isUnnamed ? { ...next, name: suggestedName(next, taken) } : next;
}

/** `tags` for a list of them, `tag` for a link to one; empty where that name is taken. */
function suggestedName(field: Field, taken: readonly string[]): string {
  if (!isRelational(field) || !field.to) return "";
  const name = isReference(field) ? singularOf(field.to) : field.to;
  return taken.includes(name) || isSystemField(name) ? "" : name;
}

/** Of the regular English plurals; other words stay as they are. */
function singularOf(word: string): string {
  if (/[^aeiou]ies$/.test(word)) return word.replace(/ies$/, "y");
  if (/(ss|x|ch|sh)es$/.test(word)) return word.replace(/es$/, "");
  return /[^su]s$/.test(word) ? word.slice(0, -1) : word;
}

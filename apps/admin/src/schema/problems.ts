import { t } from "@lingui/core/macro";
import {
  checkDefault,
  checkSettings,
  completeField,
  type Field,
  isRelational,
  isSystemField,
  PlinthError,
} from "@plinth/core";

/** What is wrong with a field before it is sent, by setting: `name`, `min`, `values` … */
export type FieldProblems = Readonly<Record<string, string>>;

const NAME = /^[a-z][a-z0-9_]*$/;
const MAX_FIELD_NAME = 58;
const MAX_SLUG = 40;

/** Undefined for a good name. */
export function nameProblem(name: string, most = MAX_FIELD_NAME): string | undefined {
  if (name === "") return t`Give it a name.`;
  if (!NAME.test(name)) return t`Begin with a letter, and use only a–z, 0–9 and _.`;
  if (name.length > most) return t`Use at most ${most} characters.`;
  return undefined;
}

export function slugProblem(slug: string, taken: readonly string[]): string | undefined {
  if (taken.includes(slug)) return t`There is a collection ${slug} already.`;
  return nameProblem(slug, MAX_SLUG);
}

/** The same checks that the server makes of a field's own settings. `others`: names that are taken. */
export function problemsOf(given: Field, others: readonly string[]): FieldProblems {
  const field = completeField(given);
  const problems: Record<string, string> = {};
  const name = nameProblem(field.name) ?? takenName(field.name, others);
  if (name !== undefined) problems.name = name;
  if (isRelational(field) && !field.to) problems.to = t`Choose the collection that it leads to.`;
  const [setting, message] = refusalOf(field) ?? [];
  if (setting !== undefined) problems[setting] ??= message!;
  return problems;
}

function takenName(name: string, others: readonly string[]): string | undefined {
  if (isSystemField(name)) return t`Every item has a field ${name} already.`;
  return others.includes(name) ? t`There is a field ${name} already.` : undefined;
}

function refusalOf(field: Field): readonly [setting: string, message: string] | undefined {
  // A list over a junction is named after the two collections where it says nothing else.
  const named = field.through ? { ...field, via: field.via ?? "_", target: field.target ?? "_" } : field;
  try {
    checkSettings(named, "");
    if (named.default !== undefined) checkDefault(named, named.default, ".default");
    return undefined;
  } catch (error) {
    return settingOf(error);
  }
}

/** The setting and the words of a refusal by the core: its path is `.min`. */
function settingOf(error: unknown): readonly [setting: string, message: string] | undefined {
  if (!(error instanceof PlinthError)) throw error;
  const path = String(error.details?.field ?? "");
  const message = error.message.startsWith(`${path}: `) ? error.message.slice(path.length + 2) : error.message;
  return [path.split(".").filter(Boolean)[0] ?? "name", message];
}

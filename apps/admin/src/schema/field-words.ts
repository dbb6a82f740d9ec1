import { i18n } from "@lingui/core";
import { plural, t } from "@lingui/core/macro";
import { type Field, type FieldSetting, fieldType, isReference, longestText, type OnDelete } from "@plinth/core";
import { formatBytes } from "../ui/format.ts";

type SettingWords = (field: Field) => string | undefined;

/** What each setting of a field means for its values. `satisfies` keeps it complete. */
const WORDS: Readonly<Record<FieldSetting, SettingWords>> = {
  min: ({ min, max }) => (min === undefined ? undefined : max === undefined ? t`at least ${min}` : t`${min} to ${max}`),
  max: ({ min, max }) => (max === undefined || min !== undefined ? undefined : t`at most ${max}`),
  min_length: ({ min_length: least }) =>
    least === undefined || least === 0
      ? undefined
      : plural(least, { one: "at least # character", other: "at least # characters" }),
  max_length: (field) => {
    const most = longestText(field);
    return Number.isFinite(most)
      ? plural(most, { one: "at most # character", other: "at most # characters" })
      : undefined;
  },
  pattern: ({ pattern }) => (pattern === undefined ? undefined : t`matches ${pattern}`),
  values: ({ values = [] }) => {
    const some = values.slice(0, 5).join(", ");
    return values.length > 5 ? t`one of ${some} and ${values.length - 5} more` : t`one of ${some}`;
  },
  precision: ({ precision = 18, scale = 2 }) => t`${precision} digits, ${scale} of them after the point`,
  scale: () => undefined,
  to: (field) =>
    holdsFiles(field)
      ? undefined
      : isReference(field)
        ? t`an item of ${field.to ?? "?"}`
        : t`items of ${field.to ?? "?"}`,
  via: ({ through, via, to }) => (through ? undefined : t`whose ${via ?? to ?? "?"} is this item`),
  through: ({ through }) => (through ? t`linked in ${through}` : undefined),
  target: () => undefined,
  on_delete: (field) => {
    const how = field.on_delete ?? "restrict";
    return holdsFiles(field) ? fileDeleteWords(how) : onDeleteWords(how, field.to ?? "?");
  },
  bucket: ({ bucket }) => (bucket === undefined ? undefined : t`in the bucket ${bucket}`),
  content_types: ({ content_types: types }) => types && t`of the type ${types.join(", ")}`,
  max_bytes: ({ max_bytes: most }) => (most === undefined ? undefined : t`at most ${formatBytes(most, i18n.locale)}`),
  max_count: ({ max_count: most }) =>
    most === undefined ? undefined : plural(most, { one: "at most # file", other: "at most # files" }),
  delete_with_item: (field) => (field.delete_with_item ? t`deleted with the item` : undefined),
  target_access: ({ target_access }) =>
    target_access === "none" ? t`may refer to items that the writer cannot read` : undefined,
};

/** What happens to this item when the item it leads to is deleted. */
export function onDeleteWords(onDelete: OnDelete, to: string): string {
  const words: Readonly<Record<OnDelete, string>> = {
    restrict: t`an item of ${to} cannot be deleted while items lead to it`,
    cascade: t`is deleted together with its item of ${to}`,
    set_null: t`becomes empty when its item of ${to} is deleted`,
  };
  return words[onDelete];
}

const holdsFiles = (field: Field): boolean => fieldType(field).settings.includes("bucket");

/** The same of a file. */
function fileDeleteWords(onDelete: OnDelete): string {
  const words: Readonly<Record<OnDelete, string>> = {
    restrict: t`the file cannot be deleted while items use it`,
    cascade: t`is deleted together with the file`,
    set_null: t`becomes empty when the file is deleted`,
  };
  return words[onDelete];
}

/** The field's rules as short phrases: "required", "at most 80 characters", "one of draft, public". */
export function fieldWords(field: Field): readonly string[] {
  const { settings, kind } = fieldType(field);
  return [
    ...(field.required ? [t`required`] : kind === "list" ? [] : [t`may be empty`]),
    ...(field.unique ? [t`different in every item`] : []),
    ...settings.map((setting) => WORDS[setting](field)),
    defaultWords(field),
  ].filter((words) => words !== undefined);
}

function defaultWords({ default: value }: Field): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (value === "$now") return t`filled with the time of creation`;
  if (value === "$uuid") return t`filled with a new UUID`;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return t`${text} if nothing is given`;
}

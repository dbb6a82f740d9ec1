import { Trans, useLingui } from "@lingui/react/macro";
import { type Field, fieldType, isReference, isVirtual, orderOf } from "@plinth/core";
import type { ReactNode } from "react";
import { Checkbox } from "../ui/checkbox.tsx";
import { Field as FormField } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { Textarea } from "../ui/textarea.tsx";
import { ConstraintEditors } from "./constraint-editors.tsx";
import { DefaultEditor } from "./default-editor.tsx";
import { FIELD_LOOKS } from "./field-looks.ts";
import { ListEditor } from "./list-editor.tsx";
import type { FieldProblems } from "./problems.ts";
import { FROZEN, NARROW, SETTING_EDITORS } from "./setting-editors.tsx";

export interface FieldFormProps {
  readonly slug: string;
  readonly field: Field;
  /** The field as it is stored; without it, it is a new one. */
  readonly before: Field | undefined;
  readonly mirror: string | undefined;
  readonly problems: FieldProblems;
  readonly onChange: (settings: Partial<Field>) => void;
  readonly onMirror: (name: string | undefined) => void;
}

/** All settings that a field of its type may have, by the core's table of types. */
export function FieldForm(props: FieldFormProps): ReactNode {
  const { slug, field, before, problems, onChange } = props;
  const { t } = useLingui();
  const { settings } = fieldType(field);
  const isList = isVirtual(field);
  const editors = settings.map((setting) => ({ setting, Editor: SETTING_EDITORS[setting] }));
  const editorOf = ({ setting, Editor }: (typeof editors)[number]): ReactNode => (
    <Editor
      key={setting}
      field={field}
      onChange={onChange}
      error={problems[setting]}
      frozen={before !== undefined && FROZEN.has(setting)}
    />
  );
  const narrow = editors.filter(({ setting }) => NARROW.has(setting));
  return (
    <div className="flex flex-col gap-4">
      <FormField
        label={t`Name`}
        required
        error={problems.name}
        description={
          before ? t`A field keeps its name: programs and rules use it.` : t`As the API shows it: a–z, 0–9 and _.`
        }
      >
        <Input
          value={field.name}
          disabled={before !== undefined}
          spellCheck={false}
          autoFocus={before === undefined}
          placeholder="title"
          onChange={(event) => onChange({ name: event.target.value })}
        />
      </FormField>
      {isList && !orderOf(field) ? (
        <ListEditor slug={slug} field={field} onChange={onChange} problems={problems} frozen={before !== undefined} />
      ) : (
        editors.filter(({ setting }) => !NARROW.has(setting)).map(editorOf)
      )}
      {narrow.length > 0 && <div className="grid gap-3 sm:grid-cols-2">{narrow.map(editorOf)}</div>}
      {before === undefined && (isReference(field) || field.through !== undefined) && !orderOf(field) && (
        <MirrorEditor {...props} />
      )}
      {!isList && <ConstraintEditors field={field} before={before} problems={problems} onChange={onChange} />}
      {!isList && <DefaultEditor key={field.type} field={field} onChange={onChange} error={problems.default} />}
      <FormField label={t`Note`} description={t`What it holds, for the people and programs that use it.`}>
        <Textarea
          value={field.note ?? ""}
          rows={2}
          maxLength={2000}
          onChange={(event) => onChange({ note: event.target.value })}
        />
      </FormField>
      {before !== undefined && settings.some((setting) => FROZEN.has(setting)) && (
        <p className="text-muted text-xs">
          <Trans>
            The type, and what is greyed out, cannot change: the stored values depend on it. Add another field instead,
            and delete this one when nothing uses it any more.
          </Trans>
        </p>
      )}
    </div>
  );
}

/** Whether the other collection shows this one's items as a list. */
function MirrorEditor({ slug, field, mirror, problems, onMirror }: FieldFormProps): ReactNode {
  const { t } = useLingui();
  const to = field.to ?? t`the other collection`;
  return (
    <div className="flex flex-col gap-2 rounded-lg border p-3">
      <FormField
        inline
        label={t`Show the items of ${slug} as a list in ${to}`}
        description={t`So that both sides can be read and filtered by. It stores nothing, and can be added later.`}
      >
        <Checkbox checked={mirror !== undefined} onCheckedChange={(on) => onMirror(on === true ? slug : undefined)} />
      </FormField>
      {mirror !== undefined && (
        <FormField label={t`Name of the list`} error={problems.mirror}>
          <Input value={mirror} spellCheck={false} onChange={(event) => onMirror(event.target.value)} />
        </FormField>
      )}
    </div>
  );
}

/** The type of a field, where it cannot be chosen any more. */
export function TypeLabel({ field }: { readonly field: Field }): ReactNode {
  const { t } = useLingui();
  const { icon: Icon, label } = FIELD_LOOKS[field.type];
  return (
    <span className="inline-flex items-center gap-1.5">
      <Icon aria-hidden className="size-4 text-muted" />
      {t(label)}
    </span>
  );
}

import { useLingui } from "@lingui/react/macro";
import { isVirtual, type JsonObject } from "@plinth/core";
import type { ReactNode } from "react";
import { type CollectionInfo, fieldsOf } from "../../data/collections.ts";
import { optionsOf, valuesOf } from "../../data/role-options.ts";
import { FilterBuilder } from "../../filter/filter-builder.tsx";
import { Field } from "../../ui/field.tsx";
import { MultiCombobox } from "../../ui/multi-combobox.tsx";
import { RadioGroup } from "../../ui/radio-group.tsx";
import { Switch } from "../../ui/switch.tsx";
import { PresetEditor } from "./preset-editor.tsx";
import type { RuleDraft } from "./rules.ts";

interface RuleEditorProps {
  readonly collection: CollectionInfo;
  readonly draft: RuleDraft;
  readonly onChange: (draft: RuleDraft) => void;
  /** Whether a part holds all that is shown of it. */
  readonly onWhole: (part: ConditionPart, isWhole: boolean) => void;
}

/** The parts of a rule that are conditions. */
export type ConditionPart = "condition" | "check";

/** A rule: which items, which fields, and what must hold afterwards. Nothing counts before it is saved. */
export function RuleEditor({ collection, draft, onChange, onWhole }: RuleEditorProps): ReactNode {
  const { t } = useLingui();
  const { action, effect, condition, check, fields, presets } = draft;
  const change = (part: Partial<RuleDraft>) => onChange({ ...draft, ...part });
  const names = fieldsOf(collection)
    .filter((field) => action === "read" || !isVirtual(field))
    .map(({ name }) => name);
  return (
    <div className="flex flex-col gap-5">
      <Field label={t`Effect`}>
        <RadioGroup
          value={effect}
          onValueChange={(next) => change({ effect: next })}
          options={[
            { value: "allow", label: t`Allow` },
            { value: "deny", label: t`Deny`, description: t`Takes away what other rules allow.` },
          ]}
        />
      </Field>
      <Conditional
        label={t`Only some items`}
        note={
          action === "create"
            ? t`What must hold of the new item. Without it, the rule is for every new item.`
            : t`Without it, the rule holds for every item.`
        }
        collection={collection}
        value={condition}
        onChange={(next) => change({ condition: next })}
        onWhole={(isWhole) => onWhole("condition", isWhole)}
      />
      {action !== "delete" && (
        <Field
          label={t`Fields`}
          description={
            action === "read" ? t`Without one, all fields are shown.` : t`Without one, all fields may be set.`
          }
        >
          <MultiCombobox
            addLabel={t`Add field`}
            value={optionsOf(fields ?? [])}
            onValueChange={(chosen) => change({ fields: chosen.length > 0 ? valuesOf(chosen) : null })}
            source={optionsOf(names)}
          />
        </Field>
      )}
      {action === "update" && effect === "allow" && (
        <Conditional
          label={t`What must hold afterwards`}
          note={t`For the item as it will be. Without it, the condition above must still hold.`}
          collection={collection}
          value={check}
          onChange={(next) => change({ check: next })}
          onWhole={(isWhole) => onWhole("check", isWhole)}
        />
      )}
      {action === "create" && effect === "allow" && (
        <PresetEditor
          fields={fieldsOf(collection).filter(({ name }) => names.includes(name))}
          value={presets}
          onChange={(next) => change({ presets: next })}
        />
      )}
    </div>
  );
}

interface ConditionalProps {
  readonly label: string;
  readonly note: string;
  readonly collection: CollectionInfo;
  readonly value: JsonObject | null;
  readonly onChange: (value: JsonObject | null) => void;
  readonly onWhole: (isWhole: boolean) => void;
}

/** A condition that can be left out. */
function Conditional({ label, note, collection, value, onChange, onWhole }: ConditionalProps): ReactNode {
  return (
    <div className="flex flex-col gap-2">
      <Field inline label={label} description={note}>
        <Switch
          checked={value !== null}
          onCheckedChange={(on) => {
            onWhole(true);
            onChange(on ? {} : null);
          }}
        />
      </Field>
      {value !== null && (
        <div className="rounded-lg border p-3">
          <FilterBuilder
            collection={collection}
            value={Object.keys(value).length > 0 ? value : undefined}
            onChange={(filter) => onChange(filter ?? {})}
            onWhole={onWhole}
            variables
            begins
          />
        </div>
      )}
    </div>
  );
}

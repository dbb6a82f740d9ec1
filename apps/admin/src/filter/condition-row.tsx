import { useLingui } from "@lingui/react/macro";
import { fieldType } from "@plinth/core";
import { X } from "lucide-react";
import { useMemo } from "react";
import type { CollectionInfo } from "../data/collections.ts";
import { Combobox } from "../ui/combobox.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { Input } from "../ui/input.tsx";
import { Select } from "../ui/select.tsx";
import { fieldAt, filterFields, jsonPath } from "./fields.ts";
import { operatorFor, operatorsOf } from "./operators.ts";
import type { FilterCondition } from "./tree.ts";
import { ValueEditor } from "./value-editor.tsx";

export interface FilterContext {
  collection: CollectionInfo;
  collections: readonly CollectionInfo[];
  inRules: boolean;
}

export interface ConditionRowProps {
  condition: FilterCondition;
  context: FilterContext;
  onChange: (condition: FilterCondition) => void;
  onRemove: () => void;
}

export function ConditionRow({ condition, context, onChange, onRemove }: ConditionRowProps) {
  const { t } = useLingui();
  const { collection, collections, inRules } = context;
  const options = useMemo(
    () =>
      filterFields(collection, collections).map(({ path, label, field }) => ({
        value: path,
        label,
        description: field.type,
      })),
    [collection, collections],
  );
  const found = fieldAt(condition.path, collection, collections);
  const field = found?.field;
  const behind = found ? jsonPath(found) : "";
  const base = behind === "" ? condition.path : condition.path.slice(0, -behind.length - 1);
  const choose = (path: string) => {
    const next = fieldAt(path, collection, collections);
    if (!next) return;
    const operator = operatorsOf(next.field)[0]!;
    onChange({ ...condition, path, op: operator.op, value: operator.fixed });
  };
  return (
    <div className="flex min-w-0 items-start gap-1">
      <div className="grid min-w-0 flex-1 gap-1 @lg:grid-cols-[minmax(8rem,3fr)_minmax(8rem,2fr)_minmax(9rem,4fr)]">
        <div className="flex min-w-0 flex-col gap-1">
          <Combobox
            aria-label={t`Field`}
            value={base}
            valueLabel={base.replaceAll(".", " › ")}
            source={options}
            onValueChange={(path) => path !== null && choose(path)}
          />
          {field && fieldType(field).kind === "json" && (
            <Input
              aria-label={t`Path within the JSON`}
              placeholder={t`Path within it, such as size.width`}
              value={behind}
              onChange={(event) => {
                const path = event.target.value === "" ? base : `${base}.${event.target.value}`;
                const first = operatorsOf(field, event.target.value !== "")[0]!;
                // The value itself and a value within it have different operators.
                const same = (behind === "") === (event.target.value === "");
                onChange(same ? { ...condition, path } : { ...condition, path, op: first.op, value: undefined });
              }}
            />
          )}
        </div>
        {field ? (
          <>
            <OperatorSelect condition={condition} field={field} inside={behind !== ""} onChange={onChange} />
            <ValueEditor
              // A field of another type keeps nothing of what was typed.
              key={`${condition.path} ${condition.op}`}
              field={field}
              operator={operatorFor(field, condition.op, condition.value, behind !== "")}
              value={condition.value}
              inside={behind !== ""}
              inRules={inRules}
              onChange={(value) => onChange({ ...condition, value })}
            />
          </>
        ) : (
          <span className="col-span-2 self-center text-danger-ink text-sm">{t`There is no such field.`}</span>
        )}
      </div>
      <IconButton label={t`Remove the condition`} icon={<X aria-hidden />} onClick={onRemove} />
    </div>
  );
}

function OperatorSelect({
  condition,
  field,
  inside,
  onChange,
}: Pick<ConditionRowProps, "condition" | "onChange"> & { field: Parameters<typeof operatorsOf>[0]; inside: boolean }) {
  const { t } = useLingui();
  const operators = operatorsOf(field, inside);
  const current = operatorFor(field, condition.op, condition.value, inside);
  const known = operators.includes(current);
  const options = operators.map((operator) => ({ value: operator.key, label: t(operator.label) }));
  return (
    <Select
      aria-label={t`Operator`}
      value={current.key}
      options={known ? options : [...options, { value: current.key, label: condition.op }]}
      onValueChange={(key) => {
        const next = operators.find((operator) => operator.key === key);
        if (!next) return;
        const keeps =
          next.operand === current.operand || (next.operand === "text" && typeof condition.value === "string");
        onChange({ ...condition, op: next.op, value: next.fixed ?? (keeps ? condition.value : undefined) });
      }}
    />
  );
}

import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { type Field, fieldType, type JsonObject } from "@plinth/core";
import { type FormEvent, useEffect, useState } from "react";
import { ValueControl, type ValueControlProps } from "../../schema/value-control.tsx";
import { Button } from "../../ui/button.tsx";
import { Checkbox } from "../../ui/checkbox.tsx";
import { errorWords } from "../../ui/error-words.ts";
import { Field as FormField } from "../../ui/field.tsx";
import { Select } from "../../ui/select.tsx";
import { BulkProgress } from "./bulk-progress.tsx";
import type { BulkTarget } from "./bulk-requests.ts";
import { isEditable, readCell } from "./cell-value.ts";
import type { BulkWriting } from "./use-bulk-writes.ts";

/** Milliseconds without typing, after which the server counts. */
const PAUSE_MS = 200;

/** Fields that can get one value in many items. */
export const canChangeMany = (field: Field): boolean => isEditable(field) && fieldType(field).kind !== "json";

export interface ChangeFormProps {
  readonly field: Field;
  readonly label: string;
  readonly target: BulkTarget;
  readonly bulk: BulkWriting;
  readonly onDone: () => void;
}

/** One value for many items. The button says how many they are, as the server has counted them for this change. */
export function ChangeForm({ field, label, target, bulk, onDone }: ChangeFormProps) {
  const { t } = useLingui();
  const [text, setText] = useState("");
  const [isEmpty, setEmpty] = useState(false);
  const read = isEmpty || text !== "" ? readCell(isEmpty ? "" : text, field) : undefined;
  const patch = read && "value" in read ? { [field.name]: read.value } : undefined;
  const { count, problem, recount } = useCount(bulk, target, patch);
  const unreadable = read && "error" in read ? t`This is no ${field.type}.` : undefined;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!patch || !count || bulk.pending) return;
    if (await bulk.change(target, patch, count)) onDone();
    else recount();
  };
  return (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-2">
      <FormField label={label} error={unreadable ?? problem}>
        <Value field={field} text={isEmpty ? "" : text} onText={(next) => [setText(next), setEmpty(false)]} />
      </FormField>
      {!field.required && (
        <FormField inline label={t`No value`}>
          <Checkbox checked={isEmpty} onCheckedChange={(on) => setEmpty(on === true)} />
        </FormField>
      )}
      <BulkProgress of={bulk} />
      <Button type="submit" variant="primary" disabled={!patch || !count} pending={bulk.pending} className="self-end">
        {count === undefined ? (
          <Trans>Change items</Trans>
        ) : (
          plural(count, { one: "Change # item", other: "Change # items" })
        )}
      </Button>
    </form>
  );
}

/** Yes and no are chosen: a switch that is off looks like a value that nobody has given. */
function Value(props: ValueControlProps) {
  const { t } = useLingui();
  if (fieldType(props.field).kind !== "boolean") return <ValueControl {...props} />;
  const options = [
    { value: "true", label: t`yes` },
    { value: "false", label: t`no` },
  ];
  return <Select value={props.text === "" ? null : props.text} options={options} onValueChange={props.onText} />;
}

interface Counted {
  readonly of: string;
  readonly count?: number;
  readonly problem?: string;
}

/** How many items the change would write; undefined until the server has said it of this very change. */
function useCount(bulk: BulkWriting, target: BulkTarget, patch: JsonObject | undefined) {
  const [found, setFound] = useState<Counted>();
  const [round, setRound] = useState(0);
  const key = patch && JSON.stringify([target, patch]);
  const { count } = bulk;
  useEffect(() => {
    if (key === undefined) return;
    void round;
    const [of, change] = JSON.parse(key) as [BulkTarget, JsonObject];
    let isCurrent = true;
    const report = (next: Omit<Counted, "of">) => isCurrent && setFound({ of: key, ...next });
    const timer = setTimeout(() => {
      count(of, change).then(
        (matched) => report({ count: matched }),
        (error: unknown) => report({ problem: errorWords(error) }),
      );
    }, PAUSE_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [key, round, count]);
  const current = found?.of === key ? found : undefined;
  return { count: current?.count, problem: current?.problem, recount: () => setRound((old) => old + 1) };
}

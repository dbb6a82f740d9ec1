import { Trans, useLingui } from "@lingui/react/macro";
import type { JsonObject } from "@plinth/core";
import { type ReactNode, useState } from "react";
import { useApiMutation } from "../../api/hooks.ts";
import { type CollectionInfo, fieldsOf } from "../../data/collections.ts";
import { optionsOf, valuesOf } from "../../data/role-options.ts";
import { FilterBuilder } from "../../filter/filter-builder.tsx";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { MultiCombobox } from "../../ui/multi-combobox.tsx";
import type { Option } from "../../ui/option.ts";
import { Select } from "../../ui/select.tsx";
import { Sheet } from "../../ui/sheet.tsx";
import { toast } from "../../ui/toast.ts";

interface RuleSheetProps {
  readonly collection: CollectionInfo;
  readonly action: "read" | "create" | "update" | "delete";
  readonly role: string;
  readonly onClose: () => void;
}

const OWN: JsonObject = { owner_id: "$user.id" };

/** Writes a new rule. Nothing takes effect before it is saved. */
export function RuleSheet({ collection, action, role, onClose }: RuleSheetProps): ReactNode {
  const { t } = useLingui();
  const { slug } = collection;
  const [effect, setEffect] = useState<"allow" | "deny">("allow");
  const [which, setWhich] = useState<"all" | "own" | "some">(role === "public" ? "some" : "own");
  const [condition, setCondition] = useState<JsonObject>();
  const [fields, setFields] = useState<readonly Option[]>([]);
  const chosen = which === "all" ? null : which === "own" ? OWN : condition;
  const save = useApiMutation({
    run: (api) =>
      api.post("permissions", {
        ...{ role, collection: slug, action, effect, condition: chosen },
        ...(fields.length > 0 && { fields: valuesOf(fields) }),
      }),
    changes: ["permissions", "exposure"],
    onDone: () => {
      toast.success(t`The rule is saved`, { description: t`It holds from the next request on.` });
      onClose();
    },
  });
  const titles = {
    read: t`Who may read ${slug}`,
    create: t`Who may create ${slug}`,
    update: t`Who may change ${slug}`,
    delete: t`Who may delete ${slug}`,
  };
  return (
    <Sheet
      open
      onOpenChange={(open) => !open && onClose()}
      title={titles[action]}
      description={t`A rule for the role ${role}. Nothing changes before you save it.`}
      size="lg"
      footer={
        <Button
          variant="primary"
          pending={save.isPending}
          disabled={chosen === undefined}
          onClick={() => save.mutate()}
        >
          <Trans>Save rule</Trans>
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <Field label={t`Effect`}>
          <Select
            value={effect}
            onValueChange={setEffect}
            options={[
              { value: "allow", label: t`Allows` },
              { value: "deny", label: t`Denies what others allow` },
            ]}
          />
        </Field>
        <Field label={t`Which items`}>
          <Select
            value={which}
            onValueChange={setWhich}
            options={[
              { value: "all", label: t`Every item` },
              // Strangers own nothing.
              ...(role === "public" ? [] : [{ value: "own" as const, label: t`Only their own items` }]),
              { value: "some", label: t`Items that satisfy conditions` },
            ]}
          />
        </Field>
        {which === "some" && (
          <FilterBuilder collection={collection} value={condition} onChange={setCondition} variables />
        )}
        {action !== "delete" && (
          <Field label={t`Fields`} description={t`None chosen: all fields, also later ones.`}>
            <MultiCombobox
              value={fields}
              onValueChange={setFields}
              source={optionsOf(fieldsOf(collection).map(({ name }) => name))}
              addLabel={t`Add fields`}
            />
          </Field>
        )}
        {save.error && <ErrorState inline error={save.error} />}
      </div>
    </Sheet>
  );
}

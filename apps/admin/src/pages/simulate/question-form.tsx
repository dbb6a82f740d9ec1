import { Trans, useLingui } from "@lingui/react/macro";
import { ACTIONS } from "@plinth/core";
import { type ReactNode, useMemo } from "react";
import { useCollections } from "../../data/collections.ts";
import { ItemPicker } from "../../data/item-picker.tsx";
import { PrincipalPicker } from "../../data/principal-picker.tsx";
import { Combobox } from "../../ui/combobox.tsx";
import { Field } from "../../ui/field.tsx";
import { Select } from "../../ui/select.tsx";
import { meaningOfValues, type Question } from "./question.ts";
import { ValuesField } from "./values-field.tsx";

interface QuestionFormProps {
  readonly question: Question;
  readonly onChange: (change: Partial<Question>) => void;
}

/** Who, what, and with which item. */
export function QuestionForm({ question, onChange }: QuestionFormProps): ReactNode {
  const { t } = useLingui();
  const { who = "anonymous", collection, action = "read", item, values = "" } = question;
  const { data: collections } = useCollections();
  const slugs = useMemo(() => (collections ?? []).map(({ slug }) => ({ value: slug, label: slug })), [collections]);
  const actions = { read: t`Read`, create: t`Create`, update: t`Change`, delete: t`Delete` };
  const meaning = meaningOfValues(action, item);
  return (
    <div className="flex flex-col gap-4">
      <Field label={t`Who`}>
        <PrincipalPicker value={who} onValueChange={(next) => next !== null && onChange({ who: next })} />
      </Field>
      <Field label={t`Collection`}>
        <Combobox
          value={collection ?? null}
          source={slugs}
          onValueChange={(next) => next !== null && onChange({ collection: next, item: undefined, values: undefined })}
        />
      </Field>
      <Field label={t`Action`}>
        <Select
          value={action}
          onValueChange={(next) => onChange({ action: next })}
          options={ACTIONS.map((value) => ({ value, label: actions[value] }))}
        />
      </Field>
      {collection !== undefined && action !== "create" && (
        <Field label={t`Item`} description={t`Without one, the answer is about any item.`}>
          <ItemPicker
            collection={collection}
            value={item ?? null}
            clearable
            onValueChange={(next) => onChange({ item: next ?? undefined })}
          />
        </Field>
      )}
      {collection !== undefined && meaning !== undefined && (
        <ValuesField
          key={`${collection} ${meaning} ${values}`}
          label={
            { body: t`Values of the new item`, change: t`The change`, row: t`Or an item with these values` }[meaning]
          }
          text={values}
          onText={(next) => onChange({ values: next.trim() === "" ? undefined : next })}
        />
      )}
      {collection === undefined && (
        <p className="text-muted text-sm">
          <Trans>The answer appears as soon as you choose a collection.</Trans>
        </p>
      )}
    </div>
  );
}

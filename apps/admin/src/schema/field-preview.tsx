import { Trans, useLingui } from "@lingui/react/macro";
import { type Field, fieldType } from "@plinth/core";
import { Check } from "lucide-react";
import { type ReactNode, useState } from "react";
import { CodeBlock } from "../ui/code-block.tsx";
import { Field as FormField } from "../ui/field.tsx";
import { FIELD_LOOKS } from "./field-looks.ts";
import { fieldWords } from "./field-words.ts";
import { textOf, tryValue } from "./try-value.ts";
import { ValueControl } from "./value-control.tsx";

/** What people will see of a field, and whether the server would take what they type there. */
export function FieldPreview({ field }: { readonly field: Field }): ReactNode {
  const { t } = useLingui();
  const [typed, setTyped] = useState<string>();
  const sample = FIELD_LOOKS[field.type].sample(field);
  const { storage, kind } = fieldType(field);
  // The sample of a link is the id of no item.
  const usual = textOf(storage === null || kind === "reference" ? undefined : sample);
  // A pattern may want something else than the sample.
  const text = typed ?? (tryValue(field, usual).problem === undefined ? usual : "");
  const { value, problem } = tryValue(field, text);
  const name = field.name || t`field`;
  const isTried = storage !== null && kind !== "reference";
  return (
    <section aria-label={t`Preview`} className="flex flex-col gap-3 rounded-lg border bg-sunken p-3">
      <h3 className="font-medium text-sm">
        <Trans>In the form of an item</Trans>
      </h3>
      <FormField
        label={name}
        required={field.required ?? false}
        description={field.note}
        error={isTried ? (problem ?? (typed === "" && field.required ? t`is required` : undefined)) : undefined}
      >
        <ValueControl field={field} text={text} onText={setTyped} />
      </FormField>
      {isTried && problem === undefined && text !== "" && (
        <p className="flex items-center gap-1 text-success-ink text-xs">
          <Check aria-hidden className="size-3.5" />
          <Trans>The server takes this value.</Trans>
        </p>
      )}
      <h3 className="font-medium text-sm">
        <Trans>Its rules</Trans>
      </h3>
      <ul className="list-disc pl-4 text-muted text-sm">
        {fieldWords(field).map((words) => (
          <li key={words}>{words}</li>
        ))}
      </ul>
      <h3 className="font-medium text-sm">
        <Trans>In an answer</Trans>
      </h3>
      <CodeBlock label={t`The field in an answer`} samples={JSON.stringify({ [name]: value ?? sample }, null, 2)} />
    </section>
  );
}

import { Trans, useLingui } from "@lingui/react/macro";
import type { InferredField, Readings } from "@plinth/formats";
import { type ReactNode, useState } from "react";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { Select } from "../ui/select.tsx";

interface ReadingsEditorProps {
  readonly readings: Readings;
  /** What was found in the file. */
  readonly columns: readonly { readonly found: InferredField }[];
  readonly onChange: (readings: Readings) => void;
}

const PLAIN = "plain";
const DATES: readonly string[] = ["DD.MM.YYYY", "DD/MM/YYYY", "MM/DD/YYYY", "DD-MM-YYYY", "YYYY/MM/DD"];

/** How the file writes days, numbers and empty cells: countries and programs differ, so it is never guessed. */
export function ReadingsEditor({ readings, columns, onChange }: ReadingsEditorProps): ReactNode {
  const { t } = useLingui();
  const given = (readings.nulls ?? []).join(", ");
  const [typed, setTyped] = useState<string>();
  const nulls = typed ?? given;
  const spelled = new Set(columns.map(({ found }) => found.spelling?.kind));
  const applyNulls = () => {
    setTyped(undefined);
    const list = nulls
      .split(",")
      .map((text) => text.trim())
      .filter((text) => text !== "");
    if (list.join(", ") !== given) onChange({ ...readings, nulls: list });
  };
  const isHinted = spelled.has("day") || spelled.has("number");
  return (
    <details
      open={isHinted || given !== "" || readings.dates !== undefined || readings.decimal !== undefined}
      className="rounded-lg border bg-surface p-4"
    >
      <summary className="font-semibold text-base">
        <Trans>How the file is written</Trans>
      </summary>
      <div className="grid gap-4 pt-3 md:grid-cols-3">
        <Field label={t`Means no value`} description={t`Besides empty cells, such as NA, NULL.`}>
          <Input
            value={nulls}
            spellCheck={false}
            onChange={(event) => setTyped(event.target.value)}
            onBlur={applyNulls}
            onKeyDown={(event) => {
              if (event.key !== "Enter") return;
              event.preventDefault();
              applyNulls();
            }}
          />
        </Field>
        <Field
          label={t`Dates`}
          description={spelled.has("day") ? t`A column looks like days in another form.` : undefined}
        >
          <Select
            value={readings.dates ?? PLAIN}
            onValueChange={(dates) => onChange(withReading(readings, "dates", dates === PLAIN ? undefined : dates))}
            options={[
              { value: PLAIN, label: "2024-05-31" },
              ...[...new Set([...DATES, ...(readings.dates === undefined ? [] : [readings.dates])])].map((form) => ({
                value: form,
                label: exampleOf(form),
              })),
            ]}
          />
        </Field>
        <Field
          label={t`Decimals`}
          description={spelled.has("number") ? t`A column looks like numbers with a comma.` : undefined}
        >
          <Select
            value={readings.decimal ?? "point"}
            onValueChange={(decimal) =>
              onChange(withReading(readings, "decimal", decimal === "point" ? undefined : decimal))
            }
            options={[
              { value: "point", label: "1234.5" },
              { value: "comma", label: "1.234,5" },
              { value: "grouped", label: "1,234.5" },
            ]}
          />
        </Field>
      </div>
    </details>
  );
}

function exampleOf(form: string): string {
  return form.replace("DD", "31").replace("MM", "05").replace("YYYY", "2024");
}

function withReading(readings: Readings, name: "dates" | "decimal", value: string | undefined): Readings {
  const { [name]: _, ...rest } = readings;
  return value === undefined ? rest : ({ ...rest, [name]: value } as Readings);
}

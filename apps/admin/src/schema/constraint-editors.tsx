import { useLingui } from "@lingui/react/macro";
import { type Field, type FieldTypeDefinition, fieldType } from "@plinth/core";
import type { ReactNode } from "react";
import { Checkbox } from "../ui/checkbox.tsx";
import { Field as FormField } from "../ui/field.tsx";
import type { FieldProblems } from "./problems.ts";

type Constraint = "required" | "unique" | "indexed" | "indexed_ignore_case" | "indexed_ignore_accents";

/** Which types may have it. */
const APPLIES: Readonly<Record<Constraint, (type: FieldTypeDefinition) => boolean>> = {
  required: () => true,
  unique: ({ unique }) => unique,
  indexed: ({ indexed, indexesMembers }) => indexed || indexesMembers === true,
  indexed_ignore_case: ({ operators }) => operators.includes("text"),
  indexed_ignore_accents: ({ operators }) => operators.includes("text"),
};

const CONSTRAINTS = Object.keys(APPLIES) as readonly Constraint[];

interface ConstraintEditorsProps {
  readonly field: Field;
  readonly before: Field | undefined;
  readonly problems: FieldProblems;
  readonly onChange: (settings: Partial<Field>) => void;
}

/** What a field demands of all items, and what is fast by it. */
export function ConstraintEditors({ field, before, problems, onChange }: ConstraintEditorsProps): ReactNode {
  const { t } = useLingui();
  const words: Readonly<Record<Constraint, readonly [label: string, description: string]>> = {
    required: [
      t`Required`,
      before?.required
        ? t`It stays required: programs rely on it.`
        : t`Every item has a value. Existing items need one, or a fixed value below.`,
    ],
    unique: [t`Unique`, t`No two items have the same value. Empty ones do not count.`],
    indexed: [t`Indexed`, t`Filters and sorts by it stay fast in large collections.`],
    indexed_ignore_case: [t`Indexed without case`, t`For searches where “Ann” finds “ann”.`],
    indexed_ignore_accents: [t`Indexed without accents`, t`For searches where “Zurich” finds “Zürich”.`],
  };
  const shown = CONSTRAINTS.filter((constraint) => APPLIES[constraint](fieldType(field)));
  return (
    <fieldset className="grid items-start gap-3 sm:grid-cols-2">
      <legend className="sr-only">{t`Constraints`}</legend>
      {shown.map((constraint) => {
        const [label, description] = words[constraint];
        return (
          <FormField key={constraint} inline label={label} description={description} error={problems[constraint]}>
            <Checkbox
              checked={field[constraint] ?? false}
              disabled={constraint === "required" && before?.required === true}
              onCheckedChange={(on) => onChange({ [constraint]: on === true || undefined })}
            />
          </FormField>
        );
      })}
    </fieldset>
  );
}

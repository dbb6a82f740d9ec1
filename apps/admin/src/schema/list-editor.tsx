import { Trans, useLingui } from "@lingui/react/macro";
import { type Field, isReference } from "@plinth/core";
import type { ReactNode } from "react";
import { useCollection } from "../data/collections.ts";
import { Field as FormField } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { RadioGroup } from "../ui/radio-group.tsx";
import { Select } from "../ui/select.tsx";
import { CollectionPicker } from "./collection-picker.tsx";
import type { FieldProblems } from "./problems.ts";

interface ListEditorProps {
  readonly slug: string;
  readonly field: Field;
  readonly onChange: (settings: Partial<Field>) => void;
  readonly problems: FieldProblems;
  readonly frozen: boolean;
}

/** A list of items: those that lead here, or those that a junction links in both directions. */
export function ListEditor({ slug, field, onChange, problems, frozen }: ListEditorProps): ReactNode {
  const { t } = useLingui();
  const { to, through } = field;
  const mode = through === undefined ? "back" : "many";
  const change = (next: string) => {
    const junction = through ?? junctionName(slug, to);
    onChange(
      next === "many"
        ? { through: junction, via: undefined, target: undefined }
        : { through: undefined, via: undefined, target: undefined },
    );
  };
  return (
    <>
      <FormField label={t`Items of`} error={problems.to} required>
        <CollectionPicker
          value={to ?? null}
          disabled={frozen}
          onValueChange={(next) =>
            onChange({
              to: next,
              via: undefined,
              target: undefined,
              ...(through !== undefined && { through: junctionName(slug, next) }),
            })
          }
        />
      </FormField>
      <FormField label={t`How they are linked`}>
        <RadioGroup
          boxed
          value={mode}
          disabled={frozen}
          onValueChange={change}
          options={[
            {
              value: "many",
              label: t`Many to many`,
              description: t`An item here has several there, and the other way round: posts and tags.`,
            },
            {
              value: "back",
              label: t`One to many`,
              description: t`The items there that lead to this one by a link of theirs: the posts of an author.`,
            },
          ]}
        />
      </FormField>
      {mode === "many" ? (
        <JunctionEditor slug={slug} field={field} onChange={onChange} problems={problems} frozen={frozen} />
      ) : (
        <ViaEditor slug={slug} field={field} onChange={onChange} problems={problems} frozen={frozen} />
      )}
    </>
  );
}

function junctionName(slug: string, to: string | undefined): string {
  return `${slug}_${to ?? "items"}`.slice(0, 40);
}

function JunctionEditor({ slug, field, onChange, problems, frozen }: ListEditorProps): ReactNode {
  const { t } = useLingui();
  const { to, through = "", via, target } = field;
  const known = useCollection(through);
  const own = to === slug;
  return (
    <>
      <FormField
        label={t`Junction`}
        error={problems.through}
        description={
          known ? (
            <Trans>The collection {through} is there and links the two.</Trans>
          ) : (
            <Trans>
              A collection that Plinth makes with it: each of its items links one of {slug} to one of {to ?? "…"}.
            </Trans>
          )
        }
      >
        <Input
          value={through}
          disabled={frozen}
          spellCheck={false}
          onChange={(event) => onChange({ through: event.target.value })}
        />
      </FormField>
      {(known || own) && (
        <div className="grid gap-3 sm:grid-cols-2">
          <FormField label={t`Its link to this side`} error={problems.via}>
            <Input
              value={via ?? ""}
              placeholder={own ? "from" : slug}
              disabled={frozen}
              onChange={(event) => onChange({ via: event.target.value || undefined })}
            />
          </FormField>
          <FormField label={t`Its link to the other side`} error={problems.target}>
            <Input
              value={target ?? ""}
              placeholder={own ? "to" : to}
              disabled={frozen}
              onChange={(event) => onChange({ target: event.target.value || undefined })}
            />
          </FormField>
        </div>
      )}
    </>
  );
}

function ViaEditor({ slug, field, onChange, problems, frozen }: ListEditorProps): ReactNode {
  const { t } = useLingui();
  const target = useCollection(field.to ?? "");
  const links = (target?.fields ?? []).filter((one) => isReference(one) && one.to === slug);
  if (field.to && target && links.length === 0) {
    return (
      <p className="rounded-md border border-dashed p-3 text-muted text-sm">
        <Trans>
          {field.to} has no link to {slug} yet. Add a field of the type “Link to one item” there; it can add this list
          here in the same step.
        </Trans>
      </p>
    );
  }
  return (
    <FormField label={t`By their link`} error={problems.via} required>
      <Select
        value={field.via ?? null}
        disabled={frozen || links.length === 0}
        onValueChange={(via) => onChange({ via })}
        options={links.map(({ name }) => ({ value: name, label: name }))}
      />
    </FormField>
  );
}

import { Trans, useLingui } from "@lingui/react/macro";
import { completeField, type Field, type FieldType, isVirtual, orderOf } from "@plinth/core";
import { type FormEvent, type ReactNode, useId, useState } from "react";
import { useCollections } from "../data/collections.ts";
import { Button } from "../ui/button.tsx";
import { Field as FormField } from "../ui/field.tsx";
import { Select } from "../ui/select.tsx";
import { Sheet } from "../ui/sheet.tsx";
import { type Draft, keptFields, withField } from "./draft.ts";
import { FieldForm, TypeLabel } from "./field-form.tsx";
import { FIELD_LOOKS, FIELD_TYPES_SHOWN } from "./field-looks.ts";
import { FieldPreview } from "./field-preview.tsx";
import { isQuick } from "./plan.ts";
import { nameProblem, problemsOf } from "./problems.ts";
import { withSuggestedName } from "./suggested-name.ts";
import { TypeGrid } from "./type-grid.tsx";

/** The name under which the sheet opens for a field that is to be added: no field can be called so. */
export const NEW_FIELD = "+";

interface FieldSheetProps {
  readonly slug: string;
  readonly draft: Draft;
  /** The field's name, or `NEW_FIELD`; undefined: closed. */
  readonly open: string | undefined;
  readonly onOpen: (name: string | undefined) => void;
  readonly onDraft: (draft: Draft) => void;
  /** Applies the draft at once; without it, there is more in the draft, or nothing to apply it to. */
  readonly onApply?: ((draft: Draft) => void) | undefined;
  /** What the server said about the field that is open, by setting. */
  readonly refusals: Readonly<Record<string, string>>;
}

/** A field of a draft, with a preview. Nothing changes before "Apply". */
export function FieldSheet({ draft, open, onOpen, ...rest }: FieldSheetProps): ReactNode {
  const known = keptFields(draft).find(({ field }) => field.name === open);
  if (open === undefined || (open !== NEW_FIELD && !known)) return null;
  return (
    <OpenSheet key={known?.key ?? NEW_FIELD} {...rest} draft={draft} known={known} onClose={() => onOpen(undefined)} />
  );
}

interface OpenSheetProps extends Pick<FieldSheetProps, "slug" | "draft" | "onDraft" | "onApply" | "refusals"> {
  readonly known: Draft["fields"][number] | undefined;
  readonly onClose: () => void;
}

function OpenSheet({ slug, draft, known, refusals, onClose, onDraft, onApply }: OpenSheetProps): ReactNode {
  const { t } = useLingui();
  const form = useId();
  const [field, setField] = useState<Field | undefined>(known?.field);
  const [mirror, setMirror] = useState(known?.mirror);
  const [isSent, setSent] = useState(false);
  const before = known?.before;
  const others = keptFields(draft).filter(({ key }) => key !== known?.key);
  const taken = others.map((one) => one.field.name);
  const problems = useProblems(field, mirror, taken);
  const shown = isSent ? problems : withoutMissing(field, problems);

  const choose = (type: FieldType) => {
    const next = typed(field, type);
    setField(next);
    setMirror(next.through === undefined ? undefined : slug);
  };
  const keep = (take = onDraft): boolean => {
    setSent(true);
    if (!field || Object.keys(problems).length > 0) return false;
    const key = known && { key: known.key };
    take(withField(draft, { ...key, field, ...(mirror !== undefined && { mirror }) }));
    return true;
  };
  const applyNow = !known && field && isQuick(field) ? onApply : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    if (keep(applyNow)) onClose();
  };
  const again = () => {
    if (!keep()) return;
    setField(undefined);
    setMirror(undefined);
    setSent(false);
  };
  return (
    <Sheet
      open
      onOpenChange={(next) => !next && onClose()}
      size={field ? "xl" : "lg"}
      title={known ? field!.name : t`Add a field`}
      description={before ? <TypeLabel field={before} /> : field ? undefined : t`What does it hold?`}
      footer={
        field && (
          <>
            <Button onClick={onClose}>
              <Trans>Cancel</Trans>
            </Button>
            {applyNow ? (
              <Button onClick={() => keep() && onClose()}>
                <Trans>Add to draft</Trans>
              </Button>
            ) : (
              !known && (
                <Button onClick={again}>
                  <Trans>Add, and another</Trans>
                </Button>
              )
            )}
            <Button type="submit" form={form} variant="primary">
              {known ? <Trans>Keep changes</Trans> : applyNow ? <Trans>Add and apply</Trans> : <Trans>Add field</Trans>}
            </Button>
          </>
        )
      }
    >
      {field ? (
        <div className="grid grid-cols-1 items-start gap-6 md:grid-cols-[minmax(0,1fr)_20rem]">
          <form id={form} onSubmit={submit} noValidate className="flex flex-col gap-4">
            {!before && (
              <FormField label={t`Type`}>
                <Select
                  value={field.type}
                  onValueChange={choose}
                  options={FIELD_TYPES_SHOWN.map((type) => ({
                    value: type,
                    label: t(FIELD_LOOKS[type].label),
                    description: t(FIELD_LOOKS[type].help),
                  }))}
                />
              </FormField>
            )}
            <FieldForm
              key={field.type}
              slug={slug}
              field={field}
              before={before}
              mirror={mirror}
              problems={{ ...refusals, ...shown }}
              onChange={(settings) => setField(withSuggestedName(field, settings, taken))}
              onMirror={setMirror}
            />
          </form>
          <FieldPreview key={field.type} field={field} />
        </div>
      ) : (
        <TypeGrid onChoose={choose} />
      )}
    </Sheet>
  );
}

/** A field of another type keeps what is not the type's own. */
function typed(field: Field | undefined, type: FieldType): Field {
  const { name = "", note } = field ?? {};
  const next = completeField({ name, type, ...(note && { note }) });
  return isVirtual(next) && !orderOf(next) ? { ...next, through: "" } : next;
}

function useProblems(
  field: Field | undefined,
  mirror: string | undefined,
  others: readonly string[],
): Readonly<Record<string, string>> {
  const { t } = useLingui();
  const { data: collections = [] } = useCollections();
  if (!field) return {};
  const problems = { ...problemsOf(field, others) };
  if (mirror !== undefined) {
    const target = collections.find(({ slug }) => slug === field.to);
    const taken = target?.fields.some(({ name }) => name === mirror)
      ? t`${field.to} has a field ${mirror} already.`
      : undefined;
    const problem = nameProblem(mirror) ?? taken;
    if (problem !== undefined) problems.mirror = problem;
  }
  return problems;
}

/** What is only missing yet is no mistake while somebody types. */
function withoutMissing(
  field: Field | undefined,
  problems: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const entries = Object.entries(problems).filter(([setting]) => {
    const value = field?.[setting as keyof Field];
    return setting === "mirror" || (value !== undefined && value !== "");
  });
  return Object.fromEntries(entries);
}

import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import type { CollectionKind } from "@plinth/core";
import type { Readings } from "@plinth/formats";
import { type FormEvent, type ReactNode, useState } from "react";
import { useCollections } from "../../../data/collections.ts";
import { FileFacts } from "../../../import/file-facts.tsx";
import { ReadingsEditor } from "../../../import/readings-editor.tsx";
import type { Scanned } from "../../../import/scan-file.ts";
import type { SourceFile } from "../../../import/source-file.ts";
import { nameProblem, slugProblem } from "../../../schema/problems.ts";
import { toSlug } from "../../../schema/slug.ts";
import { Button } from "../../../ui/button.tsx";
import { Card } from "../../../ui/card.tsx";
import { Field } from "../../../ui/field.tsx";
import { Input } from "../../../ui/input.tsx";
import { RadioGroup } from "../../../ui/radio-group.tsx";
import { ColumnRow } from "./column-row.tsx";
import { type Column, columnProblem } from "./columns.ts";

interface ColumnsStepProps {
  readonly file: SourceFile;
  readonly slug: string | undefined;
  readonly scanned: Scanned;
  readonly columns: readonly Column[];
  readonly readings: Readings;
  readonly isPending: boolean;
  readonly onColumns: (columns: readonly Column[]) => void;
  readonly onReadings: (readings: Readings, slug: string) => void;
  readonly onCreate: (slug: string, kind: CollectionKind) => void;
}

/** What becomes of each column, before anything is made. */
export function ColumnsStep(props: ColumnsStepProps): ReactNode {
  const { file, scanned, columns, readings, isPending, onColumns, onReadings, onCreate } = props;
  const { t } = useLingui();
  const { data: collections = [] } = useCollections();
  const [name, setName] = useState(() => props.slug ?? toSlug(file.name.replace(/\.\w+$/, "")));
  const [kind, setKind] = useState<CollectionKind>("managed");
  const slug = toSlug(name);
  const problem = slugProblem(
    slug,
    collections.map((one) => one.slug),
  );
  const words = {
    name: (text: string) => nameProblem(text),
    twice: (text: string) => t`Another column is called ${text} too.`,
    noTarget: t`Choose the collection that it leads to.`,
  };
  const problems = columns.map((column) => columnProblem(column, columns, words));
  const kept = columns.filter(({ isKept }) => isKept).length;
  const isDocument = kind === "document";
  const isRight = isDocument || (kept > 0 && problems.every((one) => one === undefined));
  const isReady = problem === undefined && isRight;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) onCreate(slug, kind);
  };
  const replace = (index: number, next: Column) => onColumns(columns.map((column, i) => (i === index ? next : column)));
  return (
    <form onSubmit={submit} noValidate className="flex min-w-0 flex-col gap-4">
      <Card>
        <div className="grid gap-4 md:grid-cols-2">
          <Field
            label={t`Name of the collection`}
            required
            error={problem}
            description={slug === name ? undefined : t`In URLs it is ${slug}.`}
          >
            <Input value={name} spellCheck={false} onChange={(event) => setName(event.target.value)} />
          </Field>
          <FileFacts className="self-end" file={file} rows={scanned.rows} columns={columns.length} />
        </div>
      </Card>
      {file.format !== "csv" && <KindChoice kind={kind} onChange={setKind} />}
      {!isDocument && (
        <>
          <Card
            flush
            title={t`Columns`}
            description={t`A type is chosen where all values are surely of it. What is not certain is text.`}
          >
            <ul className="divide-y">
              {columns.map((column, index) => (
                <ColumnRow
                  key={column.source}
                  column={column}
                  problem={problems[index]}
                  onChange={(next) => replace(index, next)}
                  readings={readings}
                  onReadings={(next) => onReadings(next, slug)}
                />
              ))}
            </ul>
          </Card>
          <ReadingsEditor readings={readings} columns={columns} onChange={(next) => onReadings(next, slug)} />
        </>
      )}
      <div className="flex flex-wrap items-center justify-end gap-3">
        {kept === 0 && !isDocument && (
          <p className="text-danger-ink text-sm">
            <Trans>Keep at least one column.</Trans>
          </p>
        )}
        <Button type="submit" variant="primary" size="lg" pending={isPending} disabled={!isReady}>
          {plural(scanned.rows, { one: "Create and import # row", other: "Create and import # rows" })}
        </Button>
      </div>
    </form>
  );
}

interface KindChoiceProps {
  readonly kind: CollectionKind;
  readonly onChange: (kind: CollectionKind) => void;
}

/** Objects of a JSON file may differ too much for columns. */
function KindChoice({ kind, onChange }: KindChoiceProps): ReactNode {
  const { t } = useLingui();
  return (
    <Field label={t`Store each object as`}>
      <RadioGroup
        boxed
        value={kind}
        onValueChange={onChange}
        options={[
          {
            value: "managed",
            label: t`A row`,
            description: t`With a field for each name. Values are checked. The usual choice.`,
          },
          {
            value: "document",
            label: t`A document`,
            description: t`As it is, with its own names and nested values, which may differ from object to object.`,
          },
        ]}
      />
    </Field>
  );
}

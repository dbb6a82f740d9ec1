import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import type { Field } from "@plinth/core";
import type { Readings } from "@plinth/formats";
import type { FormEvent, ReactNode } from "react";
import type { CollectionInfo } from "../../../data/collections.ts";
import { FileFacts } from "../../../import/file-facts.tsx";
import { ReadingsEditor } from "../../../import/readings-editor.tsx";
import type { ImportTask } from "../../../import/run-import.ts";
import type { Scanned } from "../../../import/scan-file.ts";
import type { SourceFile } from "../../../import/source-file.ts";
import { Button } from "../../../ui/button.tsx";
import { Card } from "../../../ui/card.tsx";
import { type Existing, ExistingFields } from "./existing-fields.tsx";
import { fieldMapOf, isTakenTwice, keysOf, type MappedColumn, missingFields, targetsOf } from "./mapping.ts";
import { MappingRow } from "./mapping-row.tsx";
import { PreviewCard } from "./preview-card.tsx";

export interface Mapping {
  readonly file: SourceFile;
  readonly scanned: Scanned;
  readonly columns: readonly MappedColumn[];
  readonly readings: Readings;
  readonly existing?: Existing | undefined;
  /** Another one for each import, so that a part that is sent again is written once. */
  readonly run: string;
}

interface MappingStepProps {
  readonly collection: CollectionInfo;
  readonly mapping: Mapping;
  readonly isPending: boolean;
  readonly onChange: (mapping: Mapping) => void;
  readonly onReadings: (readings: Readings) => void;
  readonly onImport: (task: Omit<ImportTask, "client" | "signal">) => void;
}

/** Where each column goes, before anything is written. */
export function MappingStep(props: MappingStepProps): ReactNode {
  const { collection, mapping, isPending, onChange, onReadings, onImport } = props;
  const { t } = useLingui();
  const { file, scanned, columns, readings, existing, run } = mapping;
  const { slug, kind } = collection;
  const isTwice = columns.some((column) => isTakenTwice(column, columns));
  const filled = columns.flatMap(({ target }) => (target === null ? [] : [target]));
  const unmapped = (existing?.by ?? []).filter((name) => !filled.includes(name));
  const isReady = filled.length > 0 && !isTwice && unmapped.length === 0;
  const task = { slug, map: fieldMapOf(columns, scanned.inferred), readings, existing, run };
  const missing = missingFields(collection, columns).join(", ");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) onImport(task);
  };
  return (
    <form onSubmit={submit} noValidate className="flex min-w-0 flex-col gap-4">
      <Card>
        <div className="flex flex-col gap-3">
          <FileFacts file={file} rows={scanned.rows} columns={columns.length} />
          <ExistingFields
            keys={keysOf(collection)}
            value={existing}
            missing={unmapped}
            onChange={(next) => onChange({ ...mapping, existing: next })}
          />
        </div>
      </Card>
      <Card flush title={t`Columns`} description={t`Fields are found by their names. What goes nowhere is left out.`}>
        <ul className="divide-y">
          {columns.map((column) => (
            <MappingRow
              key={column.source}
              column={column}
              targets={kind === "document" ? [documentTarget(column)] : targetsOf(collection)}
              isTakenTwice={isTakenTwice(column, columns)}
              onChange={(next) =>
                onChange({ ...mapping, columns: columns.map((one) => (one === column ? next : one)) })
              }
              readings={readings}
              onReadings={onReadings}
            />
          ))}
        </ul>
      </Card>
      <ReadingsEditor
        readings={readings}
        columns={columns.flatMap(({ found }) => (found ? [{ found }] : []))}
        onChange={onReadings}
      />
      {isReady && <PreviewCard collection={collection} file={file} task={task} names={filled} />}
      <div className="flex flex-wrap items-center justify-end gap-3">
        {filled.length === 0 ? (
          <p className="text-danger-ink text-sm">
            <Trans>Choose a field for at least one column.</Trans>
          </p>
        ) : (
          missing !== "" && (
            <p className="text-sm text-warning-ink">
              <Trans>No column goes to {missing}: new items without it are refused.</Trans>
            </p>
          )
        )}
        <Button type="submit" variant="primary" size="lg" pending={isPending} disabled={!isReady}>
          {plural(scanned.rows, { one: "Import # row", other: "Import # rows" })}
        </Button>
      </div>
    </form>
  );
}

/** Documents take each name; its type is that of its values. */
function documentTarget({ target, source, found }: MappedColumn): Field {
  return { name: target ?? source, type: found?.field.type ?? "text" };
}

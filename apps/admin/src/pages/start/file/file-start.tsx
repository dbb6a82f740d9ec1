import { Trans, useLingui } from "@lingui/react/macro";
import type { CollectionKind } from "@plinth/core";
import type { Readings } from "@plinth/formats";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { newKey } from "../../../api/new-key.ts";
import { useWorkspace } from "../../../api/workspace.ts";
import { collectionsQuery } from "../../../data/collections.ts";
import { FileChooser } from "../../../import/file-chooser.tsx";
import { ImportRun } from "../../../import/import-run.tsx";
import { type ImportTask, writtenBy } from "../../../import/run-import.ts";
import type { Scanned } from "../../../import/scan-file.ts";
import { ScanProgress } from "../../../import/scan-progress.tsx";
import type { SourceFile } from "../../../import/source-file.ts";
import { useScan } from "../../../import/use-scan.ts";
import { Button } from "../../../ui/button.tsx";
import { ErrorState } from "../../../ui/error-state.tsx";
import { Stepper } from "../../../ui/stepper.tsx";
import { type Column, columnsOf, definitionFor, documentMap, mapFor } from "./columns.ts";
import { ColumnsStep } from "./columns-step.tsx";

interface FileStartProps {
  readonly onDone: (slug: string) => void;
}

type Step =
  | { readonly at: "file" }
  | {
      readonly at: "columns";
      readonly file: SourceFile;
      readonly scanned: Scanned;
      readonly columns: readonly Column[];
      readonly readings: Readings;
      readonly slug?: string;
    }
  | {
      readonly at: "import";
      readonly file: SourceFile;
      readonly scanned: Scanned;
      readonly task: Omit<ImportTask, "client" | "signal">;
      readonly back: Extract<Step, { at: "columns" }>;
    };

/** A file is dropped, its columns are looked at, and its rows imported. */
export default function FileStart({ onDone }: FileStartProps): ReactNode {
  const { t } = useLingui();
  const workspace = useWorkspace();
  const queries = useQueryClient();
  const [step, setStep] = useState<Step>({ at: "file" });
  const { rowsRead, error, setError, scan } = useScan();
  const [isCreating, setCreating] = useState(false);

  const read = async (
    open: () => Promise<SourceFile>,
    readings: Readings = {},
    earlier: readonly Column[] = [],
    slug?: string,
  ) => {
    const found = await scan(open, readings);
    if (!found) return;
    const columns = columnsOf(found.scanned.inferred, found.scanned.observed, earlier);
    setStep({ at: "columns", ...found, columns, readings, ...(slug !== undefined && { slug }) });
  };
  const create = async (slug: string, kind: CollectionKind) => {
    if (step.at !== "columns") return;
    const { file, scanned, columns, readings } = step;
    setCreating(true);
    setError(undefined);
    try {
      const isDocument = kind === "document";
      await workspace.api.post("collections", isDocument ? { slug, kind } : definitionFor(slug, columns));
      await queries.invalidateQueries({ queryKey: collectionsQuery(workspace).queryKey });
      const map = isDocument ? documentMap(scanned.inferred) : mapFor(scanned.inferred, columns);
      const task = { slug, map, readings, run: newKey() };
      setStep({ at: "import", file, scanned, task, back: { ...step, slug } });
    } catch (refusal) {
      setError(refusal);
    } finally {
      setCreating(false);
    }
  };
  const undo = async () => {
    if (step.at !== "import") return;
    const { slug } = step.task;
    try {
      await workspace.api.delete(`collections/${slug}`, { confirm: slug });
      await queries.invalidateQueries({ queryKey: collectionsQuery(workspace).queryKey });
      setStep(step.back);
    } catch (refusal) {
      setError(refusal);
    }
  };
  const steps = [t`File`, t`Columns`, t`Import`];
  const current = step.at === "file" ? 0 : step.at === "columns" ? 1 : 2;
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <Stepper
        label={t`Start from a file`}
        steps={steps}
        current={current}
        {...(step.at === "columns" && { onStep: () => setStep({ at: "file" }) })}
      />
      {step.at === "file" && <FileChooser disabled={rowsRead !== undefined} onFile={(open) => void read(open)} />}
      <ScanProgress rows={rowsRead} />
      {step.at === "columns" && (
        <ColumnsStep
          file={step.file}
          slug={step.slug}
          scanned={step.scanned}
          columns={step.columns}
          readings={step.readings}
          isPending={isCreating || rowsRead !== undefined}
          onColumns={(columns) => setStep({ ...step, columns })}
          onReadings={(readings, slug) => void read(async () => step.file, readings, step.columns, slug)}
          onCreate={(slug, kind) => void create(slug, kind)}
        />
      )}
      {error !== undefined && <ErrorState inline error={error} />}
      {step.at === "import" && (
        <ImportRun
          file={step.file}
          columns={step.scanned.columns}
          rows={step.scanned.rows}
          task={step.task}
          actions={(state) =>
            writtenBy(state) > 0 ? (
              <Button variant="primary" onClick={() => onDone(step.task.slug)}>
                <Trans>Use the data</Trans>
              </Button>
            ) : (
              <Button onClick={() => void undo()}>
                <Trans>Delete the empty collection, and go back</Trans>
              </Button>
            )
          }
        />
      )}
    </div>
  );
}

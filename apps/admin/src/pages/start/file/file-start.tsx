import { Trans, useLingui } from "@lingui/react/macro";
import type { CollectionKind } from "@plinth/core";
import type { Readings } from "@plinth/formats";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { newKey } from "../../../api/new-key.ts";
import { useWorkspace } from "../../../api/workspace.ts";
import { collectionsQuery } from "../../../data/collections.ts";
import { ErrorState } from "../../../ui/error-state.tsx";
import { FileDrop } from "../../../ui/file-drop.tsx";
import { Progress } from "../../../ui/progress.tsx";
import { Stepper } from "../../../ui/stepper.tsx";
import { type Column, columnsOf, definitionFor, documentMap, mapFor } from "./columns.ts";
import { ColumnsStep } from "./columns-step.tsx";
import { ImportStep } from "./import-step.tsx";
import type { ImportTask } from "./run-import.ts";
import { type Scanned, scanStartFile } from "./scan-file.ts";
import { ACCEPTED, pastedFile, type StartFile, startFileOf } from "./start-file.ts";

interface FileStartProps {
  readonly onDone: (slug: string) => void;
}

type Step =
  | { readonly at: "file" }
  | {
      readonly at: "columns";
      readonly file: StartFile;
      readonly scanned: Scanned;
      readonly columns: readonly Column[];
      readonly readings: Readings;
      readonly slug?: string;
    }
  | {
      readonly at: "import";
      readonly file: StartFile;
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
  const [rowsRead, setRowsRead] = useState<number>();
  const [error, setError] = useState<unknown>();
  const [isCreating, setCreating] = useState(false);

  const read = async (file: StartFile, readings: Readings, earlier: readonly Column[] = [], slug?: string) => {
    setError(undefined);
    setRowsRead(0);
    try {
      const scanned = await scanStartFile(file, readings, setRowsRead);
      const columns = columnsOf(scanned.inferred, scanned.observed, earlier);
      setStep({ at: "columns", file, scanned, columns, readings, ...(slug !== undefined && { slug }) });
    } catch (refusal) {
      setError(refusal);
    } finally {
      setRowsRead(undefined);
    }
  };
  const take = async (open: () => Promise<StartFile>) => {
    try {
      await read(await open(), {});
    } catch (refusal) {
      setError(refusal);
    }
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
      {step.at === "file" && (
        <FileDrop
          accept={ACCEPTED}
          label={<Trans>A CSV, JSON, NDJSON or Excel file</Trans>}
          disabled={rowsRead !== undefined}
          onFiles={(files) => void take(() => startFileOf(files[0]!))}
          onText={(text) => void take(async () => pastedFile(text))}
        />
      )}
      {rowsRead !== undefined && (
        <div className="flex flex-col gap-1">
          <Progress label={t`Reading the file`} />
          <p className="text-muted text-sm" aria-live="polite">
            <Trans>{rowsRead} rows read</Trans>
          </p>
        </div>
      )}
      {step.at === "columns" && (
        <ColumnsStep
          file={step.file}
          slug={step.slug}
          scanned={step.scanned}
          columns={step.columns}
          readings={step.readings}
          isPending={isCreating || rowsRead !== undefined}
          onColumns={(columns) => setStep({ ...step, columns })}
          onReadings={(readings, slug) => void read(step.file, readings, step.columns, slug)}
          onCreate={(slug, kind) => void create(slug, kind)}
        />
      )}
      {error !== undefined && <ErrorState inline error={error} />}
      {step.at === "import" && (
        <ImportStep
          file={step.file}
          columns={step.scanned.columns}
          rows={step.scanned.rows}
          task={step.task}
          onBack={() => setStep(step.back)}
          onDone={onDone}
        />
      )}
    </div>
  );
}

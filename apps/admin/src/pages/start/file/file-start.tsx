import { Trans, useLingui } from "@lingui/react/macro";
import type { CollectionKind } from "@plinth/core";
import type { Readings } from "@plinth/formats";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { newKey } from "../../../api/new-key.ts";
import { useWorkspace } from "../../../api/workspace.ts";
import { PageLink } from "../../../app/page-link.tsx";
import { collectionsQuery } from "../../../data/collections.ts";
import { FileChooser } from "../../../import/file-chooser.tsx";
import { ImportRun } from "../../../import/import-run.tsx";
import { type ImportTask, writtenBy } from "../../../import/run-import.ts";
import type { Scanned } from "../../../import/scan-file.ts";
import { ScanProgress } from "../../../import/scan-progress.tsx";
import type { SourceFile } from "../../../import/source-file.ts";
import { UndoImport } from "../../../import/undo-import.tsx";
import { useScan } from "../../../import/use-scan.ts";
import { Button } from "../../../ui/button.tsx";
import { Card } from "../../../ui/card.tsx";
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
    }
  | { readonly at: "undone"; readonly back: Extract<Step, { at: "columns" }>; readonly slug: string };

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
  const discard = async (slug: string, back: Step) => {
    setError(undefined);
    try {
      const [item] = (await workspace.api.list(`items/${slug}`, { limit: 1 })).data;
      // What somebody else has added, or changed since the import, is not deleted with it.
      if (item) throw new Error(t`There are items in ${slug}, so it was not deleted.`);
      await workspace.api.delete(`collections/${slug}`, { confirm: slug });
      await queries.invalidateQueries({ queryKey: collectionsQuery(workspace).queryKey });
      setStep(back);
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
          actions={(state) => {
            const { slug } = step.task;
            const { back } = step;
            if (writtenBy(state) === 0) return <Discard onDiscard={() => discard(slug, back)} />;
            return (
              <>
                <Button variant="primary" onClick={() => onDone(slug)}>
                  <Trans>Use the data</Trans>
                </Button>
                {state.requestId !== undefined && (
                  <UndoImport
                    slug={slug}
                    requestId={state.requestId}
                    onUndone={() => setStep({ at: "undone", slug, back })}
                  />
                )}
              </>
            );
          }}
        />
      )}
      {step.at === "undone" && (
        <Card title={t`The import is undone`}>
          <div className="flex flex-col gap-3">
            <p className="text-sm">
              <Trans>The collection {step.slug} is still there.</Trans>
            </p>
            <div className="flex flex-wrap gap-2">
              <Discard onDiscard={() => discard(step.slug, step.back)} />
              <Button asChild>
                <PageLink path={`collections/${step.slug}`}>
                  <Trans>Keep it, and show its schema</Trans>
                </PageLink>
              </Button>
            </div>
          </div>
        </Card>
      )}
    </div>
  );
}

interface DiscardProps {
  readonly onDiscard: () => Promise<void>;
}

/** Takes away the collection that was made for the file. */
function Discard({ onDiscard }: DiscardProps): ReactNode {
  const [isPending, setPending] = useState(false);
  const run = async () => {
    setPending(true);
    await onDiscard();
    setPending(false);
  };
  return (
    <Button pending={isPending} onClick={() => void run()}>
      <Trans>Delete the empty collection, and go back</Trans>
    </Button>
  );
}

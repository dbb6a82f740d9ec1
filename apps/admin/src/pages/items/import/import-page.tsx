import { Trans, useLingui } from "@lingui/react/macro";
import type { Readings } from "@plinth/formats";
import { useParams } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { newKey } from "../../../api/new-key.ts";
import { NotFound } from "../../../app/not-found.tsx";
import { PageLink } from "../../../app/page-link.tsx";
import { type CollectionInfo, useCollection } from "../../../data/collections.ts";
import { useLocked } from "../../../data/use-locked.ts";
import { FileChooser } from "../../../import/file-chooser.tsx";
import { ImportRun } from "../../../import/import-run.tsx";
import { type ImportTask, writtenBy } from "../../../import/run-import.ts";
import { ScanProgress } from "../../../import/scan-progress.tsx";
import type { SourceFile } from "../../../import/source-file.ts";
import { UndoImport } from "../../../import/undo-import.tsx";
import { useScan } from "../../../import/use-scan.ts";
import { Breadcrumbs } from "../../../ui/breadcrumbs.tsx";
import { Button } from "../../../ui/button.tsx";
import { ErrorState } from "../../../ui/error-state.tsx";
import { PageHeader } from "../../../ui/page-header.tsx";
import { SkeletonLines } from "../../../ui/skeleton.tsx";
import { Stepper } from "../../../ui/stepper.tsx";
import { mappingOf } from "./mapping.ts";
import { type Mapping, MappingStep } from "./mapping-step.tsx";

/** A file into the collection in the address. */
export default function ImportPage(): ReactNode {
  const { t } = useLingui();
  const { collection: slug = "" } = useParams({ strict: false });
  const collection = useCollection(slug);
  const locked = useLocked();
  if (collection === null) return <NotFound />;
  return (
    <div className="flex min-w-0 flex-col p-4 lg:p-6">
      <PageHeader
        title={t`Import into ${slug}`}
        description={t`Choose a file, say where its columns go, and look at the first rows. Nothing is written before.`}
        actions={
          <Button asChild>
            <PageLink path={`collections/${slug}/items`}>
              <Trans>Cancel</Trans>
            </PageLink>
          </Button>
        }
        breadcrumbs={
          <Breadcrumbs
            items={[
              <PageLink key="all" path="collections" exact>
                <Trans>Collections</Trans>
              </PageLink>,
              <PageLink key="items" path={`collections/${slug}/items`} exact>
                {slug}
              </PageLink>,
              t`Import`,
            ]}
          />
        }
      />
      {locked !== undefined ? (
        <p className="text-muted text-sm">{locked}</p>
      ) : collection === undefined ? (
        <SkeletonLines />
      ) : (
        <ImportSteps key={collection.id} collection={collection} />
      )}
    </div>
  );
}

type Step =
  | { readonly at: "file" }
  | { readonly at: "columns"; readonly mapping: Mapping }
  | { readonly at: "import"; readonly mapping: Mapping; readonly task: Omit<ImportTask, "client" | "signal"> };

/** A file is chosen, its columns get their fields, and its rows are sent. */
function ImportSteps({ collection }: { readonly collection: CollectionInfo }): ReactNode {
  const { t } = useLingui();
  const { slug } = collection;
  const [step, setStep] = useState<Step>({ at: "file" });
  const { rowsRead, error, scan } = useScan();
  const read = async (open: () => Promise<SourceFile>, readings: Readings, earlier?: Mapping) => {
    const found = await scan(open, readings);
    if (!found) return;
    const columns = mappingOf(found.scanned, collection, earlier?.columns);
    setStep({ at: "columns", mapping: { ...earlier, ...found, columns, readings, run: newKey() } });
  };
  const steps = [t`File`, t`Columns`, t`Import`];
  const current = step.at === "file" ? 0 : step.at === "columns" ? 1 : 2;
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <Stepper
        label={t`Import into ${slug}`}
        steps={steps}
        current={current}
        {...(step.at === "columns" && { onStep: () => setStep({ at: "file" }) })}
      />
      {step.at === "file" && <FileChooser disabled={rowsRead !== undefined} onFile={(open) => void read(open, {})} />}
      <ScanProgress rows={rowsRead} />
      {error !== undefined && <ErrorState inline error={error} />}
      {step.at === "columns" && (
        <MappingStep
          collection={collection}
          mapping={step.mapping}
          isPending={rowsRead !== undefined}
          onChange={(mapping) => setStep({ at: "columns", mapping })}
          onReadings={(readings) => void read(async () => step.mapping.file, readings, step.mapping)}
          onImport={(task) => setStep({ at: "import", mapping: step.mapping, task })}
        />
      )}
      {step.at === "import" && (
        <ImportRun
          file={step.mapping.file}
          columns={step.mapping.scanned.columns}
          rows={step.mapping.scanned.rows}
          task={step.task}
          actions={(state) => {
            const back = (run: string) => setStep({ at: "columns", mapping: { ...step.mapping, run } });
            if (writtenBy(state) === 0) {
              // Of a part without an answer nobody knows what was written: under the same key nothing is written twice.
              const run = state.stopped === undefined ? newKey() : step.mapping.run;
              return (
                <Button onClick={() => back(run)}>
                  <Trans>Back to the columns</Trans>
                </Button>
              );
            }
            return (
              <>
                <Button asChild variant="primary">
                  <PageLink path={`collections/${slug}/items`}>
                    <Trans>Show the items</Trans>
                  </PageLink>
                </Button>
                {state.requestId !== undefined && (
                  // Sent again, the rows are those of another import.
                  <UndoImport slug={slug} requestId={state.requestId} onUndone={() => back(newKey())} />
                )}
              </>
            );
          }}
        />
      )}
    </div>
  );
}

import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useWorkspace } from "../../../api/workspace.ts";
import type { CollectionInfo } from "../../../data/collections.ts";
import { type ImportTask, importOptions } from "../../../import/run-import.ts";
import type { SourceFile } from "../../../import/source-file.ts";
import { Card } from "../../../ui/card.tsx";
import { ErrorState } from "../../../ui/error-state.tsx";
import { SkeletonLines } from "../../../ui/skeleton.tsx";
import { type FirstRows, type PreviewRow, readFirstRows } from "./preview.ts";

interface PreviewCardProps {
  readonly collection: CollectionInfo;
  readonly file: SourceFile;
  readonly task: Pick<ImportTask, "map" | "readings" | "existing" | "run">;
  /** The fields that the file fills, in the order of its columns. */
  readonly names: readonly string[];
}

/** The first rows as they will be stored, and which of some more the server would refuse. */
export function PreviewCard({ collection, file, task, names }: PreviewCardProps): ReactNode {
  const { t } = useLingui();
  const { client } = useWorkspace();
  const { slug } = collection;
  const { run, ...options } = task;
  const { data, error } = useQuery({
    // The file itself is no key; each time that one is chosen, its run is another.
    queryKey: ["import-preview", run, JSON.stringify(options)],
    queryFn: async ({ signal }) => {
      const first = await readFirstRows(file, collection, task);
      const report = await client
        .from(slug)
        .import(first.body, { ...importOptions(task, file.format), dry_run: true, signal });
      return { first, report };
    },
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 0,
  });
  return (
    <Card flush title={t`Preview`} description={t`The first rows as they will be stored.`}>
      {error ? (
        <div className="p-4">
          <ErrorState inline error={error} />
        </div>
      ) : data ? (
        <>
          <PreviewTable rows={data.first.rows} names={names} />
          <Forecast first={data.first} errors={data.report.errors} failed={data.report.failed} />
        </>
      ) : (
        <SkeletonLines className="p-4" />
      )}
    </Card>
  );
}

function PreviewTable({
  rows,
  names,
}: {
  readonly rows: readonly PreviewRow[];
  readonly names: readonly string[];
}): ReactNode {
  const { t } = useLingui();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has only a keyboard scrolls it
    <section aria-label={t`The first rows`} tabIndex={0} className="overflow-x-auto">
      <table className="w-full border-collapse text-sm">
        <thead className="bg-sunken text-left text-muted text-xs">
          <tr>
            {names.map((name) => (
              <th key={name} scope="col" className="px-3 py-2 font-medium">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ row, cells, problem }) => (
            <tr key={row} className="border-t align-top">
              {problem !== undefined ? (
                <td colSpan={Math.max(names.length, 1)} className="px-3 py-1.5 text-danger-ink">
                  {problem}
                </td>
              ) : (
                names.map((name) => {
                  const cell = cells.get(name);
                  return (
                    <td key={name} className="max-w-64 px-3 py-1.5">
                      <span className="block truncate">{cell?.text ?? <span className="text-subtle">–</span>}</span>
                      {cell?.problem !== undefined && (
                        <span className="block text-danger-ink text-xs">{cell.problem}</span>
                      )}
                    </td>
                  );
                })
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface ForecastProps {
  readonly first: FirstRows;
  readonly errors: readonly {
    readonly row: number;
    readonly line?: number;
    readonly error: { readonly message: string };
  }[];
  readonly failed: number;
}

/** Reasons that are listed. */
const SHOWN = 5;

function Forecast({ first, errors, failed }: ForecastProps): ReactNode {
  const looked = plural(first.count, { one: "The first row was checked", other: "The first # rows were checked" });
  return (
    <div role="status" className="flex flex-col gap-1 border-t px-4 py-3 text-sm">
      <p>
        {looked}:{" "}
        {failed === 0 ? (
          <Trans>nothing is wrong with them.</Trans>
        ) : (
          <span className="text-danger-ink">
            {plural(failed, {
              one: "# would be refused. It can be mended after the import.",
              other: "# would be refused. They can be mended after the import.",
            })}
          </span>
        )}
      </p>
      {errors.slice(0, SHOWN).map(({ row, error }) => (
        <p key={row} className="break-words text-muted text-xs">
          <Trans>Row {row}</Trans>: {error.message}
        </p>
      ))}
      {failed > SHOWN && (
        <p className="text-muted text-xs">{plural(failed - SHOWN, { one: "and # more", other: "and # more" })}</p>
      )}
    </div>
  );
}

import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ImportReport } from "@plinth/client";
import type { Format } from "@plinth/formats";
import { Download } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { newKey } from "../api/new-key.ts";
import { textOf } from "../schema/try-value.ts";
import { Button } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { saveFile } from "../ui/save-file.ts";
import { type FailedRow, fileOfRows, mended, namesOf, reportOfRows } from "./failed-rows.ts";
import { type ImportTask, importOptions } from "./run-import.ts";

interface MendRowsProps {
  readonly rows: readonly FailedRow[];
  readonly columns: readonly string[] | null;
  /** Refused rows that the server has not named. */
  readonly unlisted: number;
  readonly format: Format;
  readonly task: Omit<ImportTask, "signal">;
  /** Of the import, so that these rows are undone with it. */
  readonly requestId: string | undefined;
  /** Rows that are not to be imported. */
  readonly onLeaveOut: (rows: readonly FailedRow[]) => void;
  /** Those that are still refused, and what became of the others. */
  readonly onRows: (rows: readonly FailedRow[], report: ImportReport) => void;
}

/** Shown at once; the others follow when these are done. */
const SHOWN = 20;

/** The rows that the server refused, with the reasons, to be mended here and sent again. */
export function MendRows(props: MendRowsProps): ReactNode {
  const { rows, columns, unlisted, format, task, requestId, onLeaveOut, onRows } = props;
  const { t } = useLingui();
  const [changed, setChanged] = useState<ReadonlyMap<number, FailedRow>>(new Map());
  const [isPending, setPending] = useState(false);
  const [error, setError] = useState<unknown>();
  /** Where no answer came, the same rows are sent again under the same key, so that none is written twice. */
  const key = useRef(newKey());
  const list = useRef<HTMLOListElement>(null);
  /** The place of the row that was left out: the next one there has the focus. */
  const leftOut = useRef<number>(undefined);
  useEffect(() => {
    if (leftOut.current === undefined) return;
    const rowsThere = [...(list.current?.children ?? [])] as HTMLElement[];
    rowsThere[Math.min(leftOut.current, rowsThere.length - 1)]?.focus();
    leftOut.current = undefined;
  });
  const names = namesOf(rows, columns).filter((name) => task.map[name] !== null);
  const shown = rows.slice(0, SHOWN).map((row) => changed.get(row.row) ?? row);

  const send = async () => {
    setPending(true);
    setError(undefined);
    try {
      const text = fileOfRows(shown, columns);
      const report = await task.client.from(task.slug).import(text, {
        ...importOptions(task, columns === null ? "ndjson" : format),
        ...(requestId !== undefined && { run: requestId }),
        idempotencyKey: key.current,
      });
      key.current = newKey();
      const refused = new Map(report.errors.map(({ row, error: why }) => [row, why]));
      const left = shown.flatMap((row, i): FailedRow[] => {
        const why = refused.get(i + 1);
        return why ? [{ ...row, message: why.message, field: why.field }] : [];
      });
      setChanged(new Map());
      onRows([...left, ...rows.slice(SHOWN)], report);
    } catch (refusal) {
      setError(refusal);
    } finally {
      setPending(false);
    }
  };
  return (
    <Card
      title={plural(rows.length, { one: "# row was refused", other: "# rows were refused" })}
      description={t`Mend them here and send them again, or download them for your spreadsheet.`}
      actions={
        <Button
          size="sm"
          icon={<Download aria-hidden />}
          onClick={() =>
            saveFile(`${task.slug}-refused.csv`, new Blob([reportOfRows(rows, columns)], { type: "text/csv" }))
          }
        >
          <Trans>Download as CSV</Trans>
        </Button>
      }
      footer={
        <>
          {rows.length > SHOWN && (
            <span className="mr-auto text-muted text-sm">
              <Trans>
                {SHOWN} of {rows.length} are shown; the next ones follow.
              </Trans>
            </span>
          )}
          <Button disabled={isPending} onClick={() => onLeaveOut(rows)}>
            {plural(rows.length, { one: "Leave this row out", other: "Leave all # rows out" })}
          </Button>
          <Button variant="primary" pending={isPending} disabled={changed.size === 0} onClick={() => void send()}>
            {plural(shown.length, { one: "Send this row again", other: "Send these # rows again" })}
          </Button>
        </>
      }
    >
      {error !== undefined && <ErrorState inline error={error} className="mb-3" />}
      {unlisted > 0 && (
        <p className="pb-3 text-muted text-sm">
          {plural(unlisted, {
            one: "# more row was refused and is not listed.",
            other: "# more rows were refused and are not listed.",
          })}
        </p>
      )}
      <ol ref={list} className="flex flex-col gap-3">
        {shown.map((row, i) => (
          <li key={row.row} tabIndex={-1} className="rounded-lg border p-3">
            <div className="flex items-start justify-between gap-3 pb-2">
              <p className="min-w-0 break-words text-danger-ink text-sm">
                <span className="text-muted">
                  {row.line === undefined ? <Trans>Row {row.row}</Trans> : <Trans>Line {row.line}</Trans>}:
                </span>{" "}
                {row.message}
              </p>
              {rows.length > 1 && (
                <Button
                  size="sm"
                  disabled={isPending}
                  onClick={() => {
                    leftOut.current = i;
                    onLeaveOut([row]);
                  }}
                >
                  <Trans>Leave out</Trans>
                </Button>
              )}
            </div>
            <div className="grid gap-2 sm:grid-cols-2 lg:grid-cols-4">
              {names.map((name) => (
                <Field key={name} label={name} error={isAbout(row, name, task.map) ? t`Change this.` : undefined}>
                  <Input
                    value={textOf(row.values[name])}
                    onChange={(event) => {
                      key.current = newKey();
                      setChanged(new Map(changed).set(row.row, mended(row, name, event.target.value)));
                    }}
                  />
                </Field>
              ))}
            </div>
          </li>
        ))}
      </ol>
    </Card>
  );
}

/** The message names the field; the row has the column. */
function isAbout({ field }: FailedRow, name: string, map: ImportTask["map"]): boolean {
  const target = map[name] ?? name;
  return field !== undefined && field.split(".")[0] === target.split(".")[0];
}

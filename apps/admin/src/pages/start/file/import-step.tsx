import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { apiKey } from "../../../api/hooks.ts";
import { useWorkspace } from "../../../api/workspace.ts";
import { Button } from "../../../ui/button.tsx";
import { Card } from "../../../ui/card.tsx";
import { ErrorState } from "../../../ui/error-state.tsx";
import { Progress } from "../../../ui/progress.tsx";
import { MendRows } from "./mend-rows.tsx";
import { type ImportState, type ImportTask, NOTHING_IMPORTED, runImport } from "./run-import.ts";
import type { StartFile } from "./start-file.ts";

interface ImportStepProps {
  readonly file: StartFile;
  /** Of a CSV. */
  readonly columns: readonly string[] | null;
  /** How many there are. */
  readonly rows: number;
  readonly task: Omit<ImportTask, "client" | "signal">;
  readonly onBack: () => void;
  readonly onDone: (slug: string) => void;
}

/** The rows on their way, and what became of those that were refused. */
export function ImportStep({ file, columns, rows, task, onBack, onDone }: ImportStepProps): ReactNode {
  const { t } = useLingui();
  const { slug: workspace, client, api } = useWorkspace();
  const queries = useQueryClient();
  const [state, setState] = useState<ImportState>(NOTHING_IMPORTED);
  const [isRunning, setRunning] = useState(true);
  const [undoError, setUndoError] = useState<unknown>();
  const control = useRef<AbortController>(undefined);

  const run = async (from: ImportState) => {
    control.current = new AbortController();
    setRunning(true);
    const whole = { ...task, client, signal: control.current.signal };
    setState(await runImport(whole, await file.open(), from, setState));
    setRunning(false);
    await queries.invalidateQueries({ queryKey: apiKey(workspace, `items/${task.slug}`) });
  };
  const begun = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a step begins once
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    void run(NOTHING_IMPORTED);
  }, []);
  useWarning(isRunning);

  const undo = async () => {
    try {
      await api.delete(`collections/${task.slug}`, { confirm: task.slug });
      await queries.invalidateQueries({ queryKey: apiKey(workspace, "collections") });
      onBack();
    } catch (error) {
      setUndoError(error);
    }
  };
  const { total, inserted, failed, stopped } = state;
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <Card
        title={isRunning ? t`Importing into ${task.slug}` : stopped ? t`The import stopped` : t`The import is done`}
      >
        <div className="flex flex-col gap-3">
          <Progress
            label={t`Importing`}
            value={total}
            max={Math.max(rows, 1)}
            valueText={t`${total} of ${rows} rows`}
          />
          <p className="text-sm" aria-live="polite">
            {plural(inserted, { one: "# row added", other: "# rows added" })}
            {failed > 0 && `, ${plural(failed, { one: "# refused", other: "# refused" })}`}
          </p>
          {isRunning ? (
            <div>
              <Button onClick={() => control.current?.abort()}>
                <Trans>Stop</Trans>
              </Button>
            </div>
          ) : (
            <div className="flex flex-wrap gap-2">
              {inserted > 0 && (
                <Button variant="primary" onClick={() => onDone(task.slug)}>
                  <Trans>Use the data</Trans>
                </Button>
              )}
              {stopped !== undefined && (
                <Button onClick={() => void run(state)}>
                  <Trans>Go on from row {state.next}</Trans>
                </Button>
              )}
              {inserted === 0 && (
                <Button onClick={() => void undo()}>
                  <Trans>Delete the empty collection, and go back</Trans>
                </Button>
              )}
            </div>
          )}
          {stopped !== undefined && <ErrorState inline error={stopped} />}
          {undoError !== undefined && <ErrorState inline error={undoError} />}
        </div>
      </Card>
      {!isRunning && state.rows.length > 0 && (
        <MendRows
          rows={state.rows}
          columns={columns}
          unlisted={failed - state.rows.length}
          format={file.format}
          task={{ ...task, client }}
          onRows={(left, added) =>
            setState({ ...state, rows: left, inserted: inserted + added, failed: failed - added })
          }
        />
      )}
    </div>
  );
}

/** Whoever leaves now stops the import. */
function useWarning(isRunning: boolean): void {
  useEffect(() => {
    if (!isRunning) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [isRunning]);
}

import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { useBlocker } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { apiKey } from "../api/hooks.ts";
import { useWorkspace } from "../api/workspace.ts";
import { Button } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";
import { confirm } from "../ui/confirm.ts";
import { ErrorState } from "../ui/error-state.tsx";
import { Progress } from "../ui/progress.tsx";
import { MendRows } from "./mend-rows.tsx";
import {
  type ImportState,
  type ImportTask,
  leftOutState,
  mendedState,
  NOTHING_IMPORTED,
  runImport,
} from "./run-import.ts";
import type { SourceFile } from "./source-file.ts";

interface ImportRunProps {
  readonly file: SourceFile;
  /** Of a CSV. */
  readonly columns: readonly string[] | null;
  /** How many there are. */
  readonly rows: number;
  readonly task: Omit<ImportTask, "client" | "signal">;
  /** What can be done when it has ended. */
  readonly actions: (state: ImportState) => ReactNode;
}

/** The rows on their way, and what became of those that were refused. */
export function ImportRun({ file, columns, rows, task, actions }: ImportRunProps): ReactNode {
  const { t } = useLingui();
  const { slug: workspace, client } = useWorkspace();
  const queries = useQueryClient();
  const [state, setState] = useState<ImportState>(NOTHING_IMPORTED);
  const [isRunning, setRunning] = useState(true);
  const control = useRef<AbortController>(undefined);
  const stop = () => control.current?.abort();

  const run = async (from: ImportState) => {
    control.current = new AbortController();
    setRunning(true);
    const whole = { ...task, client, signal: control.current.signal };
    setState(await runImport(whole, await file.open(), from, setState));
    setRunning(false);
    await queries.invalidateQueries({ queryKey: apiKey(workspace, `items/${task.slug}`) });
  };
  const begun = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it begins once
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    void run(NOTHING_IMPORTED);
  }, []);
  useLeaveWarning(isRunning, stop);

  const { total, failed, stopped } = state;
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
            {countWords(state)}
          </p>
          <div className="flex flex-wrap gap-2">
            {isRunning ? (
              <Button onClick={stop}>
                <Trans>Stop</Trans>
              </Button>
            ) : (
              <>
                {stopped !== undefined && (
                  <Button onClick={() => void run(state)}>
                    <Trans>Go on from row {state.next}</Trans>
                  </Button>
                )}
                {actions(state)}
              </>
            )}
          </div>
          {stopped !== undefined && <ErrorState inline error={stopped} />}
        </div>
      </Card>
      {/* Rows of a part that is sent again would be refused a second time. */}
      {!isRunning && state.before === undefined && state.rows.length > 0 && (
        <MendRows
          rows={state.rows}
          columns={columns}
          unlisted={failed - state.rows.length}
          format={file.format}
          task={{ ...task, client }}
          requestId={state.requestId}
          onLeaveOut={(rows) => setState(leftOutState(state, rows))}
          onRows={(left, report) => setState(mendedState(state, left, report))}
        />
      )}
    </div>
  );
}

function countWords({ inserted, updated, ignored, failed, leftOut }: ImportState): string {
  return [
    plural(inserted, { one: "# row added", other: "# rows added" }),
    ...(updated > 0 ? [plural(updated, { one: "# updated", other: "# updated" })] : []),
    ...(ignored > 0 ? [plural(ignored, { one: "# left as it was", other: "# left as they were" })] : []),
    ...(failed > 0 ? [plural(failed, { one: "# refused", other: "# refused" })] : []),
    ...(leftOut > 0 ? [plural(leftOut, { one: "# left out", other: "# left out" })] : []),
  ].join(", ");
}

/** Whoever leaves now stops the import, and is asked before. */
function useLeaveWarning(isRunning: boolean, stop: () => void): void {
  const { t } = useLingui();
  useBlocker({
    enableBeforeUnload: isRunning,
    shouldBlockFn: async ({ current, next }) => {
      if (!isRunning || current.pathname === next.pathname) return false;
      const isLeaving = await confirm({
        title: t`Stop the import?`,
        description: t`The rows that were imported stay. The others are not imported.`,
        confirmLabel: t`Stop and leave`,
        danger: true,
      });
      if (isLeaving) stop();
      return !isLeaving;
    },
  });
}

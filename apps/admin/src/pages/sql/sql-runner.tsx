import { Trans, useLingui } from "@lingui/react/macro";
import { ListTree, Play } from "lucide-react";
import { type ReactNode, useMemo, useState } from "react";
import { useApiGet, useApiMutation } from "../../api/hooks.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { CodeEditor } from "../../ui/code-editor.tsx";
import { Field } from "../../ui/field.tsx";
import { Kbd } from "../../ui/kbd.tsx";
import { Select } from "../../ui/select.tsx";
import { Switch } from "../../ui/switch.tsx";
import { Toolbar } from "../../ui/toolbar.tsx";
import { type SqlResult, withName } from "./result.ts";
import { SqlFailure } from "./sql-failure.tsx";
import { SqlResultView } from "./sql-result.tsx";
import { type SqlTable, SqlTables } from "./sql-tables.tsx";

interface Run {
  readonly sql: string;
  readonly explain: boolean;
}

/** What was asked, beside what was answered: the editor may have moved on. */
interface Answer {
  readonly run: Run;
  readonly result: SqlResult;
}

const SECONDS = ["5", "10", "30"] as const;

/** Of a statement in the address. */
const MAX_LINKED = 4000;

interface RunnerProps {
  readonly text: string;
  readonly onText: (text: string) => void;
  /** For the address; not called for statements that are too long for it. */
  readonly onRun: (sql: string) => void;
}

export function SqlRunner({ text, onText, onRun }: RunnerProps): ReactNode {
  const { t } = useLingui();
  const tables = useApiGet<readonly SqlTable[]>("sql/tables");
  const [writes, setWrites] = useState(false);
  const [seconds, setSeconds] = useState<(typeof SECONDS)[number]>("5");
  const run = useApiMutation<Run, Answer>({
    run: async (api, one) => {
      const mode = writes ? "write" : "read";
      const body = { sql: one.sql, mode, explain: one.explain, timeout_ms: Number(seconds) * 1000 };
      return { run: one, result: await api.post<SqlResult>("sql", body) };
    },
    changes: ["sql/history"],
  });
  const names = useMemo(
    () =>
      Object.fromEntries((tables.data ?? []).map(({ table, columns }) => [table, columns.map((one) => one.column)])),
    [tables.data],
  );
  const start = (explain: boolean): void => {
    const sql = text.trim();
    if (sql === "" || run.isPending) return;
    if (sql.length <= MAX_LINKED) onRun(sql);
    run.mutate({ sql, explain });
  };
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4 lg:grid-cols-[minmax(0,1fr)_18rem]">
      <div className="flex min-w-0 flex-col gap-4">
        <Card>
          <div className="flex flex-col gap-3">
            <CodeEditor
              aria-label={t`Statement`}
              language="sql"
              value={text}
              onValueChange={onText}
              tables={names}
              onSubmit={() => start(false)}
              placeholder={t`select … from …`}
            />
            <Toolbar
              label={t`Run`}
              end={
                <Field inline label={t`Allow writing`}>
                  <Switch checked={writes} onCheckedChange={setWrites} />
                </Field>
              }
            >
              <Button
                variant={writes ? "danger" : "primary"}
                icon={<Play aria-hidden />}
                pending={run.isPending}
                disabled={text.trim() === ""}
                onClick={() => start(false)}
              >
                {writes ? <Trans>Run and write</Trans> : <Trans>Run</Trans>}
              </Button>
              <Kbd keys="mod+enter" className="max-xl:hidden" />
              <Button
                icon={<ListTree aria-hidden />}
                disabled={text.trim() === "" || run.isPending}
                onClick={() => start(true)}
              >
                <Trans>Explain</Trans>
              </Button>
              <Select
                aria-label={t`Time limit`}
                className="w-40"
                value={seconds}
                onValueChange={setSeconds}
                options={SECONDS.map((value) => ({ value, label: t`Stop after ${value} s` }))}
              />
            </Toolbar>
            {writes && (
              <p className="text-sm text-warning-ink">
                <Trans>
                  A write passes by rules, validation and versions, and cannot be undone here. The server asks for a
                  fresh proof that it is you.
                </Trans>
              </p>
            )}
          </div>
        </Card>
        {run.error && <SqlFailure error={run.error} sql={run.variables?.sql ?? ""} tables={tables.data} />}
        {run.data && !run.error && <SqlResultView result={run.data.result} explained={run.data.run.explain} />}
      </div>
      <SqlTables
        tables={tables.data}
        error={tables.error}
        onRetry={() => void tables.refetch()}
        onChoose={({ table }) => onText(withName(text, table))}
      />
    </div>
  );
}

import { Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, useEffect, useRef, useState } from "react";
import * as z from "zod";
import { useSearchState } from "../../app/search-state.ts";
import { PageHeader } from "../../ui/page-header.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { SqlHistory } from "./sql-history.tsx";
import { SqlRunner } from "./sql-runner.tsx";

const address = z.object({
  tab: z.enum(["run", "history"]).optional(),
  sql: z.string().max(4000).optional(),
});

/** Statements over the tables of all collections, for owners of the server. */
export default function SqlConsolePage(): ReactNode {
  const { t } = useLingui();
  const [{ tab = "run", sql }, setAddress] = useSearchState(address);
  const [text, setText] = useState(sql ?? "");
  const linked = useRef(sql);
  // A statement of a link. It is shown, and runs when somebody says so. One that was run here is in the editor already, which may have
  // moved on by the time the address follows.
  useEffect(() => {
    if (sql === undefined || sql === linked.current) return;
    linked.current = sql;
    setText(sql);
  }, [sql]);
  const link = (next: string) => {
    linked.current = next;
    setAddress({ sql: next }, { replace: true });
  };
  const open = (next: string) => {
    setText(next);
    linked.current = next;
    setAddress({ tab: undefined, sql: next });
  };
  return (
    <div className="p-4 lg:p-6">
      <PageHeader
        title={t`SQL console`}
        description={
          <Trans>
            Statements see the items of <strong>all workspaces</strong>, and no rule limits them. Plinth's own tables
            are out of reach. Each run is in the security log of operators.
          </Trans>
        }
        className="pb-2"
      />
      <Tabs
        label={t`SQL console`}
        value={tab}
        onValueChange={(next) => setAddress({ tab: next === "run" ? undefined : next })}
        items={[
          {
            value: "run",
            label: t`Statement`,
            content: <SqlRunner text={text} onText={setText} onRun={link} />,
          },
          {
            value: "history",
            label: t`History`,
            content: <SqlHistory onOpen={open} />,
          },
        ]}
      />
    </div>
  );
}

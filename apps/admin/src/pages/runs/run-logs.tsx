import { useLingui } from "@lingui/react/macro";
import type { WholeRun } from "@plinth/client/runs";
import type { ReactNode } from "react";

/** What the code wrote to its console. */
export function RunLogs({ run: { logs, logs_left_out } }: { readonly run: WholeRun }): ReactNode {
  const { t } = useLingui();
  if (logs.length === 0 && logs_left_out === 0) return null;
  return (
    <section className="flex flex-col gap-2">
      <h2 className="font-medium">{t`Console`}</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must reach it */}
      <pre tabIndex={0} className="max-h-96 overflow-auto rounded-lg border bg-sunken p-3 text-xs">
        {logs.map(({ text }) => `${text}\n`).join("")}
        {logs_left_out > 0 && t`${logs_left_out} further lines were left out.`}
      </pre>
    </section>
  );
}

import { Trans, useLingui } from "@lingui/react/macro";
import { Pencil, Plus, Trash2, Zap } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button } from "../../../ui/button.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { IconButton } from "../../../ui/icon-button.tsx";
import type { FlowTrigger } from "../draft/content.ts";
import type { FlowDraft } from "../draft/use-flow-draft.ts";
import { MessageAddress } from "./message-address.tsx";
import { TriggerDialog } from "./trigger-dialog.tsx";
import { TriggerWords } from "./trigger-words.tsx";

interface TriggersTabProps {
  readonly draft: FlowDraft;
  readonly name: string;
  /** The names of the flow's secrets. */
  readonly secrets: readonly string[];
}

/** What starts the flow. Changes count with the next deployment, as those of nodes do. */
export function TriggersTab({ draft, name, secrets }: TriggersTabProps): ReactNode {
  const { t } = useLingui();
  /** The place of the one that is changed; that of no trigger for a new one. */
  const [open, setOpen] = useState<number>();
  const { triggers } = draft.content;
  const put = (next: readonly FlowTrigger[]) => draft.change((content) => ({ ...content, triggers: next }));
  const add = (
    <Button icon={<Plus aria-hidden />} onClick={() => setOpen(triggers.length)}>
      <Trans>Add trigger</Trans>
    </Button>
  );
  const [, at] = draft.problem?.field?.startsWith("triggers.") ? draft.problem.field.split(".") : [];
  return (
    <div className="flex max-w-4xl flex-col gap-4">
      {triggers.length === 0 ? (
        <EmptyState icon={<Zap />} title={t`Nothing starts this flow`} actions={add}>
          <Trans>Start it by hand, at times, when items change, on a date, or by a message from another program.</Trans>
        </EmptyState>
      ) : (
        <>
          <ul className="divide-y rounded-lg border bg-surface">
            {triggers.map((trigger, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a trigger is known by its place alone
              <li key={i} className="flex flex-col gap-1 px-4 py-2">
                <div className="flex items-center gap-2">
                  <span className="min-w-0 flex-1 break-words text-sm">
                    <TriggerWords trigger={trigger} />
                  </span>
                  <IconButton
                    label={t`Change trigger ${i + 1}`}
                    icon={<Pencil aria-hidden />}
                    onClick={() => setOpen(i)}
                  />
                  <IconButton
                    label={t`Remove trigger ${i + 1}`}
                    icon={<Trash2 aria-hidden />}
                    onClick={() => put(triggers.toSpliced(i, 1))}
                  />
                </div>
                {trigger.type === "webhook" && <MessageAddress name={name} />}
                {at === String(i) && <p className="text-danger-ink text-xs">{draft.problem!.message}</p>}
              </li>
            ))}
          </ul>
          <div>{add}</div>
        </>
      )}
      {open !== undefined && (
        <TriggerDialog
          key={open}
          before={triggers[open]}
          secrets={secrets}
          onClose={() => setOpen(undefined)}
          onDone={(trigger) => {
            put(triggers.toSpliced(open, 1, trigger));
            setOpen(undefined);
          }}
        />
      )}
    </div>
  );
}

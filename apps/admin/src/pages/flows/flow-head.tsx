import { Trans, useLingui } from "@lingui/react/macro";
import type { WholeFlow } from "@plinth/client/flows";
import { Play } from "lucide-react";
import { type ReactNode, useState } from "react";
import { DetailHead } from "../../app/detail-head.tsx";
import { useDeletion } from "../../app/use-deletion.tsx";
import { Button } from "../../ui/button.tsx";
import { EnabledSwitch } from "./enabled-switch.tsx";
import { RunFlowDialog } from "./run-flow-dialog.tsx";

interface FlowHeadProps {
  readonly stored: WholeFlow;
  readonly isDirty: boolean;
}

export function FlowHead({ stored, isDirty }: FlowHeadProps): ReactNode {
  const { t } = useLingui();
  const [isStarting, setStarting] = useState(false);
  const { name, version, description, enabled, triggers } = stored;
  const isByHand = triggers.some(({ type }) => type === "manual");
  const deletion = useDeletion({
    path: `flows/${name}`,
    list: "flows",
    changes: ["flows"],
    question: t`Delete the flow ${name}?`,
    description: t`Its versions and secrets are deleted. Runs that have begun go on; others fail. This cannot be undone.`,
    done: t`The flow is deleted`,
    typeToConfirm: name,
  });
  const why = !enabled ? t`Turn it on first.` : isByHand ? undefined : t`It has no trigger “By hand or by the API”.`;
  return (
    <>
      <DetailHead
        above={[{ path: "flows", title: <Trans>Flows</Trans> }]}
        title={name}
        {...(description !== "" && { description })}
        aside={
          <span className="flex flex-wrap items-center gap-2 text-muted text-sm">
            <span>
              <Trans>Version {version}</Trans>
            </span>
            <EnabledSwitch flow={stored} />
          </span>
        }
        actions={
          <>
            <Button
              icon={<Play aria-hidden />}
              disabled={why !== undefined}
              title={why ?? (isDirty ? t`Runs what is deployed, without your changes` : undefined)}
              onClick={() => setStarting(true)}
            >
              <Trans>Run now</Trans>
            </Button>
            {deletion.button}
          </>
        }
        error={deletion.error}
      />
      {why !== undefined && <p className="text-muted text-sm">{t`It cannot be run by hand: ${why}`}</p>}
      {isStarting && <RunFlowDialog name={name} onClose={() => setStarting(false)} />}
    </>
  );
}

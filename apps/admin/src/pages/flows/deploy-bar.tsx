import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { grantFor, isAboutRights } from "./draft/grant.ts";
import { getIn, placeOf } from "./draft/tree.ts";
import type { FlowDraft, FlowProblem } from "./draft/use-flow-draft.ts";

export type FlowTab = "nodes" | "triggers" | "rights" | "json" | "runs" | "versions" | "secrets";

interface DeployBarProps {
  readonly draft: FlowDraft;
  /** A flow that is not deployed yet has always something to deploy. */
  readonly isNew?: boolean;
  /** Leads to what the server has refused. */
  readonly onShow: (tab: FlowTab, node?: string) => void;
}

/** What is changed and not deployed yet, on every tab. */
export function DeployBar({ draft, isNew = false, onShow }: DeployBarProps): ReactNode {
  const { t } = useLingui();
  const { isDirty, isOvertaken, isPending, problem, unreadable } = draft;
  if (!isDirty && !isNew) return null;
  return (
    <section
      aria-label={t`What is not deployed yet`}
      className="sticky top-0 z-20 flex flex-col gap-2 rounded-lg border bg-raised p-3 shadow-pop"
    >
      <div className="flex flex-wrap items-center gap-2">
        <p role="status" className="min-w-0 flex-1 basis-48 text-sm">
          {unreadable.size > 0 ? (
            <Trans>A field has a text that is not JSON. Mend it first.</Trans>
          ) : isOvertaken ? (
            <Trans>Somebody else has deployed this flow meanwhile. What you deploy takes the place of theirs.</Trans>
          ) : isNew ? (
            <Trans>This flow is not deployed yet.</Trans>
          ) : (
            <Trans>There are changes that are not deployed.</Trans>
          )}
        </p>
        {unreadable.size > 0 && <ShowUnreadable draft={draft} onShow={onShow} />}
        <Button disabled={!isDirty} onClick={draft.discard}>
          <Trans>Discard</Trans>
        </Button>
        <Button
          variant="primary"
          pending={isPending}
          disabled={unreadable.size > 0}
          onClick={() => void draft.deploy()}
        >
          <Trans>Deploy</Trans>
        </Button>
      </div>
      {problem && <Problem draft={draft} problem={problem} onShow={onShow} />}
    </section>
  );
}

/** Leads to the first field whose text cannot be read. */
function ShowUnreadable({
  draft: { content, unreadable },
  onShow,
}: Pick<DeployBarProps, "draft" | "onShow">): ReactNode {
  const [field = ""] = unreadable.keys();
  const node = nodeAt(content, field);
  return (
    <Button onClick={() => onShow(node === undefined ? tabOf(field) : "nodes", node)}>
      <Trans>Show it</Trans>
    </Button>
  );
}

/** The id of the node to which a field belongs. */
function nodeAt(content: FlowDraft["content"], field: string): string | undefined {
  const { node } = placeOf(content, field);
  return node && String(getIn(content, [...node, "id"]));
}

interface ProblemProps {
  readonly draft: FlowDraft;
  readonly problem: FlowProblem;
  readonly onShow: DeployBarProps["onShow"];
}

function Problem({ draft, problem, onShow }: ProblemProps): ReactNode {
  const { content, change } = draft;
  const { field, message, error } = problem;
  if (field === undefined) return <ErrorState inline error={error} />;
  const id = nodeAt(content, field);
  const grant = grantFor(message, content.permissions);
  return (
    <div role="alert" className="flex flex-wrap items-center gap-2 break-words text-danger-ink text-sm">
      <span className="min-w-0 break-words">{message}</span>
      <Button size="sm" onClick={() => onShow(id === undefined ? tabOf(field) : "nodes", id)}>
        <Trans>Show it</Trans>
      </Button>
      {grant && (
        <Button size="sm" onClick={() => change((now) => ({ ...now, permissions: grant.rights }))}>
          <Trans>Allow {grant.right}</Trans>
        </Button>
      )}
      {id !== undefined && !grant && isAboutRights(message) && (
        <Button size="sm" onClick={() => onShow("rights")}>
          <Trans>Show the rights</Trans>
        </Button>
      )}
    </div>
  );
}

/** Where a part outside of nodes is changed. */
function tabOf(field: string): FlowTab {
  if (field.startsWith("triggers")) return "triggers";
  return /^(?:permissions|description)/.test(field) ? "rights" : "json";
}

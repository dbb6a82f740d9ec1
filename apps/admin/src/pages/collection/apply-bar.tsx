import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { useLeaveGuard } from "../../app/forms/use-leave-guard.ts";
import { ApplyDialog } from "../../schema/apply-dialog.tsx";
import { stateOf } from "../../schema/draft.ts";
import { Button } from "../../ui/button.tsx";
import { toast } from "../../ui/toast.ts";
import type { SchemaDraft } from "./use-schema-draft.ts";

/** Stays in sight while there are changes that are not applied, and guards them when somebody leaves. */
export function ApplyBar({ schema }: { readonly schema: SchemaDraft }): ReactNode {
  const { t } = useLingui();
  const { draft, steps, applying, setApplying, discard, settle } = schema;
  useLeaveGuard(true, { isKeptOnPage: true });
  const fields = draft.fields.filter((one) => stateOf(one) !== "same").length;
  const parts = steps.flatMap(({ body = {} }) => Object.keys(body)).filter((part) => part !== "fields").length;
  const count = Math.max(fields + parts, steps.length);
  return (
    <>
      <section
        aria-label={t`Draft`}
        className="sticky bottom-0 z-10 -mx-4 flex flex-wrap items-center gap-2 border-t bg-raised px-4 py-3 shadow-pop lg:-mx-6 lg:px-6"
      >
        <p className="min-w-0 flex-1 text-sm">
          <strong className="font-medium">{plural(count, { one: "# change", other: "# changes" })}</strong>{" "}
          <span className="text-muted">
            <Trans>Nothing is changed yet.</Trans>
          </span>
        </p>
        <Button onClick={discard}>
          <Trans>Discard</Trans>
        </Button>
        <Button variant="primary" onClick={() => setApplying("asked")}>
          <Trans>Review and apply</Trans>
        </Button>
      </section>
      {applying !== "no" && (
        <ApplyDialog
          steps={steps}
          begun={applying === "begun"}
          onClose={() => setApplying("no")}
          onEnd={async (done, failure) => {
            await settle(done, failure, steps);
            if (failure) return;
            setApplying("no");
            toast.success(t`The changes are applied.`);
          }}
        />
      )}
    </>
  );
}

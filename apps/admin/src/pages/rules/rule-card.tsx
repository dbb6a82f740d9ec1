import { Trans } from "@lingui/react/macro";
import type { Rule } from "@plinth/core";
import type { ReactNode } from "react";
import { conditionWords } from "../../data/rule-condition.ts";
import { RuleConditions } from "../../data/rule-conditions.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";

interface RuleCardProps {
  readonly rule: Rule;
  readonly pending: boolean;
  readonly onEdit: () => void;
  readonly onDelete: () => void;
}

/** A rule in words. */
export function RuleCard({ rule, pending, onEdit, onDelete }: RuleCardProps): ReactNode {
  const { effect, fields, presets, collection } = rule;
  return (
    <section className="flex flex-col gap-2 rounded-lg border p-3 text-sm">
      <p className="flex flex-wrap items-center gap-2">
        <Badge tone={effect === "allow" ? "success" : "danger"}>
          {effect === "allow" ? <Trans>Allows</Trans> : <Trans>Denies</Trans>}
        </Badge>
        <RuleConditions rule={rule} />
        {collection === "*" && (
          <Badge>
            <Trans>for all collections</Trans>
          </Badge>
        )}
      </p>
      {fields !== null && (
        <p>
          <Trans>Only the fields {fields.join(", ")}</Trans>
        </p>
      )}
      {presets !== null && (
        <p>
          <Trans>
            Sets <code className="break-all">{conditionWords(presets)}</code>
          </Trans>
        </p>
      )}
      <div className="flex gap-2">
        <Button size="sm" onClick={onEdit}>
          <Trans>Edit</Trans>
        </Button>
        <Button size="sm" pending={pending} onClick={onDelete}>
          <Trans>Delete</Trans>
        </Button>
      </div>
    </section>
  );
}

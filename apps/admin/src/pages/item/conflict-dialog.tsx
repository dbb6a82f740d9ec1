import { Trans, useLingui } from "@lingui/react/macro";
import type { Json } from "@plinth/core";
import { type ReactNode, useState } from "react";
import { textOf } from "../../schema/try-value.ts";
import { Button } from "../../ui/button.tsx";
import { cn } from "../../ui/cn.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { differingFields, type ItemConflict, isSame, resolvedBy } from "./conflict.ts";

type Side = "mine" | "theirs";

interface ConflictDialogProps {
  readonly conflict: ItemConflict;
  readonly pending: boolean;
  /** What remains to be written over theirs; undefined: theirs stays. */
  readonly onKeep: (values: Record<string, Json> | undefined) => void;
  readonly onClose: () => void;
}

/** Both versions side by side, and for each field a choice between them. */
export function ConflictDialog({ conflict, pending, onKeep, onClose }: ConflictDialogProps): ReactNode {
  const { t } = useLingui();
  const { base, mine, theirs } = conflict;
  const names = differingFields(conflict);
  const [sides, setSides] = useState<Readonly<Record<string, Side>>>({});
  // What only they have changed is theirs until somebody chooses.
  const sideOf = (name: string): Side => sides[name] ?? (isSame(base[name], mine[name]) ? "theirs" : "mine");
  const kept = names.filter((name) => sideOf(name) === "mine");
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="lg"
      title={t`Somebody else has changed this item`}
      description={t`Choose for each field which version stays. Nothing is saved yet.`}
      footer={
        <>
          <Button onClick={onClose}>
            <Trans>Back to the form</Trans>
          </Button>
          <Button onClick={() => onKeep(undefined)}>
            <Trans>Take all of theirs</Trans>
          </Button>
          <Button variant="primary" pending={pending} onClick={() => onKeep(resolvedBy(conflict, kept))}>
            <Trans>Save this choice</Trans>
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {names.length === 0 && (
          <p>
            <Trans>Both versions say the same.</Trans>
          </p>
        )}
        {names.map((name) => (
          <fieldset key={name} className="flex flex-col gap-1">
            <legend className="font-medium">
              {name}
              {isSame(base[name], theirs[name]) && (
                <span className="ml-2 font-normal text-muted text-xs">
                  <Trans>only you have changed it</Trans>
                </span>
              )}
              {isSame(base[name], mine[name]) && (
                <span className="ml-2 font-normal text-muted text-xs">
                  <Trans>only they have changed it</Trans>
                </span>
              )}
            </legend>
            <div className="grid gap-2 sm:grid-cols-2">
              {(["mine", "theirs"] as const).map((side) => (
                <label
                  key={side}
                  className={cn(
                    "flex cursor-pointer items-start gap-2 rounded-lg border p-2 text-sm",
                    "has-checked:border-accent has-checked:bg-selected has-focus-visible:outline-2 has-focus-visible:outline-focus",
                  )}
                >
                  <input
                    type="radio"
                    name={`side-${name}`}
                    className="mt-1"
                    checked={sideOf(name) === side}
                    onChange={() => setSides({ ...sides, [name]: side })}
                  />
                  <span className="min-w-0">
                    <span className="block text-muted text-xs">{side === "mine" ? t`Yours` : t`Theirs`}</span>
                    <span className="break-words">{textOf((side === "mine" ? mine : theirs)[name]) || t`empty`}</span>
                  </span>
                </label>
              ))}
            </div>
          </fieldset>
        ))}
      </div>
    </Dialog>
  );
}

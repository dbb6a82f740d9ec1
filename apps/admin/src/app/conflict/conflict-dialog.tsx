import { Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { differingFields, type ItemConflict, isSame, resolvedBy, type Values } from "./conflict.ts";
import { ConflictField, type Side } from "./conflict-field.tsx";

interface ConflictDialogProps {
  readonly conflict: ItemConflict & { readonly theirs: Values };
  readonly pending?: boolean;
  /** What remains to be written over theirs; undefined: theirs stays. */
  readonly onSettle: (values: Values | undefined) => void;
  /** Nothing is decided: what was typed stays. */
  readonly onClose: () => void;
}

/** Both versions of an item side by side: all of one, or a choice for each field. */
export function ConflictDialog({ conflict, pending = false, onSettle, onClose }: ConflictDialogProps): ReactNode {
  const { t } = useLingui();
  const { base, mine, theirs } = conflict;
  const names = differingFields(conflict);
  const [sides, setSides] = useState<Readonly<Record<string, Side>>>({});
  // What only they have changed is theirs until somebody chooses.
  const sideOf = (name: string): Side => sides[name] ?? (isSame(base[name], mine[name]) ? "theirs" : "mine");
  const settle = (kept: readonly string[]) => onSettle(resolvedBy(conflict, kept));
  const isChoice = names.length > 1;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="lg"
      title={t`Somebody else has changed this item`}
      description={t`Nothing is saved yet. Choose what the item has from now on.`}
      footer={
        <>
          <Button className="mr-auto" onClick={onClose}>
            <Trans>Back</Trans>
          </Button>
          <Button onClick={() => settle([])}>
            <Trans>Take theirs</Trans>
          </Button>
          <Button
            variant={isChoice ? "secondary" : "primary"}
            pending={!isChoice && pending}
            onClick={() => settle(names)}
          >
            <Trans>Keep mine</Trans>
          </Button>
          {isChoice && (
            <Button
              variant="primary"
              pending={pending}
              onClick={() => settle(names.filter((name) => sideOf(name) === "mine"))}
            >
              <Trans>Save this choice</Trans>
            </Button>
          )}
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
          <ConflictField
            key={name}
            name={name}
            values={{ base: base[name], mine: mine[name], theirs: theirs[name] }}
            side={isChoice ? sideOf(name) : undefined}
            onSide={(side) => setSides({ ...sides, [name]: side })}
          />
        ))}
      </div>
    </Dialog>
  );
}

import { Trans, useLingui } from "@lingui/react/macro";
import { Undo2 } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../ui/button.tsx";
import { shortcutText } from "../ui/shortcut.ts";
import { UNDO_KEYS, useUndoCount } from "./use-undo.ts";

interface UndoButtonProps {
  readonly collection: string;
  readonly onUndo: () => Promise<void>;
}

/** Takes back the last write of the collection's items, while there is one; its message may be long gone. */
export function UndoButton({ collection, onUndo }: UndoButtonProps): ReactNode {
  const { t } = useLingui();
  const count = useUndoCount(collection);
  if (count === 0) return null;
  return (
    <Button
      icon={<Undo2 aria-hidden />}
      title={t`Undo the last change (${shortcutText(UNDO_KEYS)})`}
      onClick={() => void onUndo()}
    >
      <Trans>Undo</Trans>
    </Button>
  );
}

import { Plural, Trans } from "@lingui/react/macro";
import { RotateCw } from "lucide-react";
import { Button } from "../../ui/button.tsx";

/** What came since the list was read, shown when somebody wants it: rows do not jump. */
export function News({ count, onShow }: { count: number | null; onShow: () => void }) {
  if (count === 0) return null;
  return (
    <Button size="sm" variant="primary" icon={<RotateCw aria-hidden />} onClick={onShow}>
      {count === null ? (
        <Trans>Show what changed</Trans>
      ) : (
        <Plural value={count} one="# new item" other="# new items" />
      )}
    </Button>
  );
}

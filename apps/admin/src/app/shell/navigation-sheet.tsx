import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Sheet } from "../../ui/sheet.tsx";
import { Sidebar } from "./sidebar.tsx";

interface NavigationSheetProps {
  readonly onClose: () => void;
  readonly onSearch: () => void;
}

/** The navigation where the window is too narrow for a column. */
export default function NavigationSheet({ onClose, onSearch }: NavigationSheetProps): ReactNode {
  const { t } = useLingui();
  return (
    <Sheet open onOpenChange={onClose} side="left" size="sm" title={t`Navigation`} flush>
      <Sidebar onSearch={onSearch} />
    </Sheet>
  );
}

import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import type { UndoResult } from "@plinth/client";
import type { ReactNode } from "react";

/** What an undo has done, or would do, in numbers of items. */
export function UndoSummary({ of }: { readonly of: UndoResult }): ReactNode {
  const { t } = useLingui();
  const { deleted, changed, restored, skipped } = of;
  return (
    <ul className="list-disc pl-5">
      {restored > 0 && <li>{t`${plural(restored, { one: "# item", other: "# items" })} brought back`}</li>}
      {changed > 0 && <li>{t`${plural(changed, { one: "# item", other: "# items" })} changed back`}</li>}
      {deleted > 0 && <li>{t`${plural(deleted, { one: "# item", other: "# items" })} deleted`}</li>}
      {skipped > 0 && <li>{t`${plural(skipped, { one: "# item", other: "# items" })} left alone`}</li>}
    </ul>
  );
}

import { useLingui } from "@lingui/react/macro";
import type { WholeFlow } from "@plinth/client/flows";
import type { Schedule } from "@plinth/client/schedules";
import { useApiGet } from "../../api/hooks.ts";

const MOST = 200;

interface WhatNamesIt {
  readonly kind: "schedule" | "flow" | "hook";
  /** Such as "the schedule Report". */
  readonly label: string;
}

/** What names a function, and fails once it is gone. */
export function useFunctionUsers(name: string): readonly WhatNamesIt[] {
  const { t } = useLingui();
  const schedules = useApiGet<readonly Schedule[]>("schedules", { limit: MOST });
  const flows = useApiGet<readonly Pick<WholeFlow, "name" | "permissions">[]>("flows");
  const settings = useApiGet<{ readonly hooks?: Readonly<Record<string, unknown>> }>("auth-settings");
  const hooks = Object.entries(settings.data?.hooks ?? {});
  return [
    ...(schedules.data ?? [])
      .filter(({ job }) => job.kind === "function" && job.name === name)
      .map(({ name: schedule }): WhatNamesIt => ({ kind: "schedule", label: t`the schedule ${schedule}` })),
    ...(flows.data ?? [])
      .filter(({ permissions }) => permissions.functions.includes(name))
      .map(({ name: flow }): WhatNamesIt => ({ kind: "flow", label: t`the flow ${flow}` })),
    ...hooks
      .filter(([, value]) => value === `function:${name}`)
      .map(([hook]): WhatNamesIt => ({ kind: "hook", label: t`the hook ${hook}` })),
  ];
}

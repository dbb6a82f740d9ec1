import { useLingui } from "@lingui/react/macro";
import { confirm } from "../ui/confirm.ts";

/** Asks before something is deployed that may do more than before. True: it is meant, or nothing grows. */
export function useRightsQuestion(): (grown: readonly string[]) => Promise<boolean> {
  const { t } = useLingui();
  return async (grown) => {
    if (grown.length === 0) return true;
    return confirm({
      title: t`Deploy with other rights?`,
      description: (
        <ul className="list-disc pl-5">
          {grown.map((one) => (
            <li key={one}>
              <code>{one}</code>
            </li>
          ))}
        </ul>
      ),
      confirmLabel: t`Deploy`,
    });
  };
}

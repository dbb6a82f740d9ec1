import { useLingui } from "@lingui/react/macro";
import { LoaderCircle } from "lucide-react";
import { cn } from "./cn.ts";

/** Says "Loading" to screen readers, unless `label` says something better or the text beside it does (`label=""`). */
export function Spinner({ label, className }: { label?: string; className?: string }) {
  const { t } = useLingui();
  const text = label ?? t`Loading`;
  return (
    <span role={text === "" ? undefined : "status"} className="inline-flex">
      <LoaderCircle aria-hidden className={cn("size-4 animate-spin", className)} />
      {text !== "" && <span className="sr-only">{text}</span>}
    </span>
  );
}

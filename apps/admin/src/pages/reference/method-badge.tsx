import type { ReactNode } from "react";
import { Badge, type BadgeProps } from "../../ui/badge.tsx";

const TONES: Readonly<Record<string, BadgeProps["tone"]>> = {
  POST: "success",
  PUT: "warning",
  PATCH: "warning",
  DELETE: "danger",
};

export function MethodBadge({ method }: { readonly method: string }): ReactNode {
  return (
    <Badge tone={TONES[method] ?? "info"} className="w-14 shrink-0 justify-center font-mono">
      {method}
    </Badge>
  );
}

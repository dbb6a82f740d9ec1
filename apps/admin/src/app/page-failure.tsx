import type { ErrorComponentProps } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { ErrorState } from "../ui/error-state.tsx";

/** In place of a page that could not be shown, with a way to try again. */
export function PageFailure({ error, reset }: Pick<ErrorComponentProps, "error" | "reset">): ReactNode {
  return (
    <div className="p-4 lg:p-6">
      <ErrorState error={error} onRetry={reset} />
    </div>
  );
}

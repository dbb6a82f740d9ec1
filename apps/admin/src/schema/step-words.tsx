import { Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import type { Step } from "./plan.ts";

/** What a request does, in words. */
export function StepWords({ step }: { readonly step: Step }): ReactNode {
  const { collection } = step;
  const names = step.names.join(", ");
  const parts = Object.keys(step.body ?? {}).filter((part) => part !== "fields");
  const rest = parts.map((part) => part.replaceAll("_", " ")).join(", ");
  switch (step.kind) {
    case "create":
      return <Trans>Create the collection {collection}</Trans>;
    case "delete_field":
      return (
        <Trans>
          Delete the field {names} of {collection}, with all of its values
        </Trans>
      );
    case "other_side":
      return (
        <Trans>
          Add the list {names} to {collection}
        </Trans>
      );
    case "update":
      if (rest === "") return <Trans>Add or change {names}</Trans>;
      return names === "" ? (
        <Trans>Change: {rest}</Trans>
      ) : (
        <Trans>
          Add or change {names}, and change: {rest}
        </Trans>
      );
  }
}

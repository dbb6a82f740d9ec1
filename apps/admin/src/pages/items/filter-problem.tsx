import { Trans } from "@lingui/react/macro";
import type { ProblemReason } from "../../filter/text/problem.ts";
import { Button } from "../../ui/button.tsx";

interface FilterProblemTextProps {
  readonly reason: ProblemReason;
  /** Puts the name that is meant in place of the wrong one. */
  readonly onReplace: (name: string) => void;
}

/** Why a text is no filter, in a sentence that says what would be right. */
export function FilterProblemText({ reason, onReplace }: FilterProblemTextProps) {
  switch (reason.code) {
    case "field_missing":
      return <Trans>the name of a field is missing.</Trans>;
    case "field_unknown":
      return <UnknownField name={reason.name} near={reason.near} onReplace={onReplace} />;
    case "operator_missing":
      return <Trans>an operator such as = is missing after {reason.name}.</Trans>;
    case "operator_wrong":
      return <WrongOperator name={reason.name} operator={reason.operator} forms={reason.forms} />;
    case "value_missing":
      return <Trans>a value is missing after {reason.name}.</Trans>;
    case "value_wrong":
      return <WrongValue name={reason.name} value={reason.value} examples={reason.examples} />;
    case "value_is_item":
      return (
        <Trans>
          {reason.name} is compared with ids; compare {reason.path}.
        </Trans>
      );
    case "and_missing":
      return <Trans>“between” takes two values with “and”, as in {reason.name} between a and b.</Trans>;
    case "join_missing":
      return <Trans>put “and” or “or” before “{reason.text}”, or quotes around a text with spaces.</Trans>;
    case "bracket_open":
      return <Trans>a bracket is not closed.</Trans>;
    case "quote_open":
      return <Trans>a quote is not closed.</Trans>;
    case "json_invalid":
      return <Trans>the part in braces is no valid JSON.</Trans>;
    case "too_deep":
      return <Trans>there are too many brackets within each other.</Trans>;
  }
}

interface UnknownFieldProps extends Pick<FilterProblemTextProps, "onReplace"> {
  readonly name: string;
  readonly near: string | undefined;
}

function UnknownField({ name, near, onReplace }: UnknownFieldProps) {
  if (near === undefined) return <Trans>there is no field {name}.</Trans>;
  return (
    <>
      <Trans>there is no field {name}.</Trans>{" "}
      <Button variant="link" size="sm" onClick={() => onReplace(near)}>
        <Trans>Search by {near}</Trans>
      </Button>
    </>
  );
}

interface WrongOperatorProps {
  readonly name: string;
  readonly operator: string;
  readonly forms: readonly string[];
}

function WrongOperator({ name, operator, forms }: WrongOperatorProps) {
  const known = forms.join(", ");
  return (
    <Trans>
      {name} has no “{operator}”; it has {known}.
    </Trans>
  );
}

interface WrongValueProps {
  readonly name: string;
  readonly value: string;
  readonly examples: readonly string[];
}

function WrongValue({ name, value, examples }: WrongValueProps) {
  const shown = examples.join(", ");
  if (shown === "") {
    return (
      <Trans>
        “{value}” is no value of {name}.
      </Trans>
    );
  }
  return (
    <Trans>
      “{value}” is no value of {name}, which takes {shown}.
    </Trans>
  );
}

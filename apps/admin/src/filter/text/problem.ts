import type { FilterField } from "../fields.ts";
import type { FilterOperator } from "../operators.ts";

/** What can come next in a text. */
export type Expected =
  | { readonly kind: "field" }
  | { readonly kind: "operator"; readonly field: FilterField }
  | { readonly kind: "value"; readonly field: FilterField; readonly operator: FilterOperator }
  | { readonly kind: "join" };

/** Why a text is no filter. */
export type ProblemReason =
  | { readonly code: "field_missing" }
  | { readonly code: "field_unknown"; readonly name: string; readonly near: string | undefined }
  | { readonly code: "operator_missing"; readonly name: string }
  | {
      readonly code: "operator_wrong";
      readonly name: string;
      readonly operator: string;
      readonly forms: readonly string[];
    }
  | { readonly code: "value_missing"; readonly name: string }
  /** `examples`: values that are right. */
  | {
      readonly code: "value_wrong";
      readonly name: string;
      readonly value: string;
      readonly examples: readonly string[];
    }
  /** Items are named by their ids; `path` leads to the field by which people know them. */
  | { readonly code: "value_is_item"; readonly name: string; readonly path: string }
  | { readonly code: "and_missing"; readonly name: string }
  | { readonly code: "join_missing"; readonly text: string }
  | { readonly code: "bracket_open" }
  | { readonly code: "quote_open" }
  | { readonly code: "json_invalid" }
  | { readonly code: "too_deep" };

export interface FilterProblem {
  readonly reason: ProblemReason;
  /** The offset in the text where it is. */
  readonly at: number;
  /** What would be right there. */
  readonly expected: Expected;
}

/** Ends the reading of a text. */
export class ReadingStopped extends Error {
  constructor(readonly problem: FilterProblem) {
    super(problem.reason.code);
  }
}

import type { ReactNode } from "react";

/** One choice of a Select, Combobox, RadioGroup or SegmentedControl. */
export interface Option<Value extends string = string> {
  value: Value;
  label: string;
  description?: string;
  icon?: ReactNode;
  disabled?: boolean;
}

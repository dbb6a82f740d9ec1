import { createContext, use } from "react";

/** What a `Field` tells the control inside it. */
export interface FieldContext {
  controlId: string;
  labelId: string;
  describedBy: string | undefined;
  invalid: boolean;
  required: boolean;
}

export const FieldContextValue = createContext<FieldContext | null>(null);

interface ControlAttributes {
  id?: string;
  "aria-describedby"?: string;
  "aria-invalid"?: boolean;
  "aria-required"?: boolean;
}

/** Attributes that connect a control with its field's label, description and error. None outside a field. */
export function useFieldControl(own: { id?: string | undefined } = {}): ControlAttributes {
  const field = use(FieldContextValue);
  if (!field) return own.id === undefined ? {} : { id: own.id };
  return {
    id: own.id ?? field.controlId,
    ...(field.describedBy === undefined ? {} : { "aria-describedby": field.describedBy }),
    ...(field.invalid ? { "aria-invalid": true } : {}),
    ...(field.required ? { "aria-required": true } : {}),
  };
}

/** The same for a group of controls, which a label's `for` cannot name. */
export function useFieldGroup(): ControlAttributes & { "aria-labelledby"?: string } {
  const field = use(FieldContextValue);
  const control = useFieldControl();
  return field ? { ...control, "aria-labelledby": field.labelId } : control;
}

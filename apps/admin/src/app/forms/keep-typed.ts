/**
 * For a form whose `values` follow what is stored: what somebody else saves meanwhile is shown, but where something is typed here,
 * and the form still counts as changed.
 */
export const KEEP_TYPED = { keepDirtyValues: true, keepDirty: true } as const;

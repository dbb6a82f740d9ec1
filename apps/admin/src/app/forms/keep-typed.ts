/**
 * For a form whose `values` follow what is stored: what somebody else saves meanwhile is shown, but where something is typed here. Not
 * `keepDirty`: a form that was saved would count as changed when its new values arrive.
 */
export const KEEP_TYPED = { keepDirtyValues: true } as const;

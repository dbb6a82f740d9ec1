export type { FieldDifference } from "./diff.ts";
export { type ItemHistory, type ItemVersion, itemHistory } from "./item-history.ts";
export { type ChangingRequest, listChangingRequests } from "./logged-requests.ts";
export { requireOwnRequest } from "./own-request.ts";
export { changingRequestsSchema } from "./request-filter.ts";
export { listRequestChanges, type RequestChange } from "./request-items.ts";
export { type OnUndoProgress, undo } from "./undo.ts";
export { type UndoInput, undoSchema } from "./undo-input.ts";
export type { ConflictReason, UndoConflict, UndoCounts, UndoResult } from "./undo-plan.ts";

export type { FieldDifference } from "./diff.ts";
export { type ItemHistory, type ItemVersion, itemHistory } from "./item-history.ts";

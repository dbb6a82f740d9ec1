import { PlinthClientError } from "@plinth/client";

/** Whether a write was refused because somebody else has changed or deleted the item. */
export function isOutrunBy(error: unknown): boolean {
  return error instanceof PlinthClientError && (error.status === 412 || error.code === "ITEM_NOT_FOUND");
}

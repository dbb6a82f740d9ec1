import { addressIn } from "@plinth/core";
import { customType, integer, text } from "drizzle-orm/sqlite-core";

/** Columns of Plinth's own tables, by the type that `create table` gives them on each engine. */
export const bigint = customType<{ data: number; driverData: number }>({ dataType: () => "bigint" });

/** Milliseconds since the epoch. */
export const instant = customType<{ data: Date; driverData: number }>({
  dataType: () => "bigint",
  toDriver: (date) => date.getTime(),
  fromDriver: (ms) => new Date(Number(ms)),
});

/** A user's address: null in place of a placeholder, which the column of a user without an address holds. */
export const address = customType<{ data: string | null; driverData: string }>({
  dataType: () => "text",
  fromDriver: addressIn,
});

export const booleanColumn = (name: string) => integer(name, { mode: "boolean" });

/** A row as the log stores it, in the engine's JSON type. */
export const image = customType<{ data: string }>({ dataType: () => "image" });

/** The number that orders rows: of the type that an engine increments by itself. */
export const sequence = customType<{ data: number }>({ dataType: () => "sequence" });

/** A row of a workspace in the order of the change log: without `xid` where there is one writer. */
export const inLogOrder = () => ({
  xid: bigint("xid").notNull(),
  seq: sequence("seq").notNull(),
  workspaceId: text("workspace_id").notNull(),
});

import { bigint, index, inLogOrder, table, text } from "@plinth/db/tables";

/** A letter for each change, in the order of the change log. */
export const letters = table(
  "plinth_letters",
  {
    ...inLogOrder(),
    item: text("item").notNull(),
    at: bigint("at").notNull(),
    sentAt: bigint("sent_at"),
  },
  (of) => [index("plinth_letters_at").on(of.at)],
);

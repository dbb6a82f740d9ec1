import type { FillSample } from "../../app/sample-data.ts";

/** The newest message: somebody has signed up. */
export const fillSample: FillSample = async (api) => {
  const { data } = await api<{ data: readonly { id: string }[] }>("/mail/outbox?limit=1");
  return { mail: data[0]!.id };
};

import type { FillSample } from "../../app/sample-data.ts";

interface Found {
  readonly data: readonly { readonly id: string }[];
}

const SOURCE = `export default async ({ db, request }) => {
  const { fail = false } = await request.json();
  console.log("counting books");
  const [{ data }] = await Promise.all([db.list("books", { limit: 5 }), db.list("books", { limit: 1 })]);
  if (fail) await db.get("books", "nothing");
  return data.length;
};
`;

/** A run with parts and logs, and one of which a part has failed. */
export const fillSample: FillSample = async (api) => {
  const permissions = { as: "system", actions: ["read"], collections: ["books"] };
  await api("/deployments/count-books", { source: SOURCE, permissions }, "PUT");
  await api("/functions/count-books", {});
  await api("/functions/count-books", { fail: true }).catch(() => {});
  const runOf = async (status: string) => {
    const { data } = await api<Found>(`/runs?kind=function&name=count-books&status=${status}`);
    return data[0]!.id;
  };
  return { run: await runOf("succeeded"), failed_run: await runOf("failed") };
};

import type { FillSample } from "../../app/sample-data.ts";

/** A flow that asks the operator, with two runs: one waits, the other is decided. */
export const fillSample: FillSample = async (api) => {
  const ask = {
    id: "ok",
    type: "approval",
    question: "May the order over {{ input.total }} EUR be shipped?",
    details: { customer: "Ann", total: "{{ input.total }}" },
    from: { members: ["admin"] },
  };
  await api("/flows/ship", { description: "Asks before a large order is shipped", nodes: [ask] }, "PUT");
  const start = async (total: number, open: number) => {
    const { data: run } = await api("/flows/ship/run", { input: { total } });
    for (;;) {
      const { data } = await api<{ data: { id: string }[] }>("/approvals?of=all");
      if (data.length >= open) return { run: run.id, approval: data[0]!.id };
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const first = await start(800, 1);
  await api(`/approvals/${first.approval}/decide`, { decision: "approve", comment: "A good customer." });
  const second = await start(1200, 2);
  return { run_that_asks: second.run };
};

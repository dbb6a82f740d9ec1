import type { FillSample } from "../../app/sample-data.ts";

/** A webhook whose receiver is not there, with an attempt to reach it. */
export const fillSample: FillSample = async (api) => {
  const { data: webhook } = await api("/webhooks", {
    ...{ name: "Search index", url: "https://hooks.invalid/plinth", events: ["books.*"], enabled: false },
    ...{ filter: { in_print: true }, payload: { fields: ["title"], before: true }, headers: { "x-shop": "lisbon" } },
    ...{ template: { text: "{{ data.after.title }}" }, body_signature: { header: "X-Signature", prefix: "sha256=" } },
  });
  const { data: delivery } = await api(`/webhooks/${webhook.id}/test`, {}, "POST");
  return { webhook: webhook.id, delivery: delivery.id };
};

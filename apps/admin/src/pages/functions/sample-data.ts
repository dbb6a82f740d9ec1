import type { FillSample } from "../../app/sample-data.ts";

const SOURCE = `export default async ({ request }) => {
  const { name = "world" } = await request.json();
  console.log("asked by", name);
  if (name === "nobody") throw new Error("nobody is there");
  return { hello: name };
};
`;

/** A function with two versions, a secret, and runs of which one has failed. */
export const fillSample: FillSample = async (api) => {
  const path = "/deployments/hello";
  await api(path, { source: SOURCE, http: { auth: "public" } }, "PUT");
  await api(path, { source: SOURCE, permissions: { actions: ["read"], collections: ["books"] } }, "PUT");
  await api(`${path}/secrets/MAIL_KEY`, { value: "secret" }, "PUT");
  await api("/functions/hello", { name: "Ann" });
  await api("/functions/hello", { name: "nobody" }).catch(() => {});
  return { function: "hello" };
};

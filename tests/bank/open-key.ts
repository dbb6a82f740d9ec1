import type { Running } from "./deployments.ts";

/** Signs the operator up and makes a secret key: the headers of the writer. */
export async function openKey({
  url,
  setupToken,
}: Pick<Running, "url" | "setupToken">): Promise<Record<string, string>> {
  const person = { name: "Maker", email: "maker@bank.test", password: "correct horse battery" };
  const { token } = await send(`${url}/api/auth/sign-up/email`, person, { "x-plinth-setup-token": setupToken });
  const key = { name: "maker", kind: "secret" };
  const { data } = await send(`${url}/api/keys`, key, { authorization: `Bearer ${token}` });
  return { "x-api-key": (data as { key: string }).key };
}

export async function send(url: string, body: object, headers: Record<string, string>): Promise<never> {
  const init = { method: "POST", headers: { "content-type": "application/json", ...headers } };
  return (await (await fetch(url, { ...init, body: JSON.stringify(body) })).json()) as never;
}

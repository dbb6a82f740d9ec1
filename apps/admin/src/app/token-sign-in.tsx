import { Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { type FormEvent, type ReactNode, useState } from "react";
import { clientOf } from "../api/client.ts";
import { API_URL } from "../api/config.ts";
import { keepSessionToken } from "../api/token.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";

/** Before the paths of the pages of a workspace's users: nothing for the default one. */
function pagesOf(path: string): string {
  const slug = /^\/admin\/t\/([a-z0-9-]+)/.exec(path)?.[1] ?? "default";
  return slug === "default" ? "" : `/t/${slug}`;
}

/** Signs an operator in where the admin is hosted apart from the server: by password, and a code if the account has one. */
export default function TokenSignIn(): ReactNode {
  const { t } = useLingui();
  const queries = useQueryClient();
  const router = useRouter();
  const [values, setValues] = useState({ email: "", password: "" });
  const [error, setError] = useState<string>();
  const [pending, setPending] = useState(false);
  const users = `${API_URL}${pagesOf(location.pathname)}/sign-in`;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setPending(true);
    setError(undefined);
    try {
      const response = await clientOf().request("api/auth/sign-in/email", { method: "POST", body: values });
      const { token } = (await response.json()) as { token?: string };
      if (token === undefined) {
        setError(t`Accounts with a second factor sign in on the server's own address: ${API_URL}/admin`);
        return;
      }
      keepSessionToken(token);
      await queries.invalidateQueries();
      await router.invalidate();
    } catch (refusal) {
      setError(refusal instanceof Error ? refusal.message : String(refusal));
    } finally {
      setPending(false);
    }
  };
  return (
    <main className="mx-auto flex min-h-dvh max-w-sm flex-col justify-center gap-6 p-4">
      <h1 className="font-semibold text-xl">
        <Trans>Sign in to {API_URL}</Trans>
      </h1>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Field label={t`Email`}>
          <Input
            type="email"
            autoComplete="username"
            required
            value={values.email}
            onChange={(event) => setValues({ ...values, email: event.target.value })}
          />
        </Field>
        <Field label={t`Password`} error={error}>
          <Input
            type="password"
            autoComplete="current-password"
            required
            value={values.password}
            onChange={(event) => setValues({ ...values, password: event.target.value })}
          />
        </Field>
        <Button type="submit" variant="primary" pending={pending}>
          <Trans>Sign in</Trans>
        </Button>
      </form>
      <p className="text-muted text-sm">
        <Trans>
          Operators and members sign in here. Users of your app sign in at{" "}
          <a className="break-all text-accent-ink underline" href={users}>
            {users}
          </a>
          .
        </Trans>
      </p>
    </main>
  );
}

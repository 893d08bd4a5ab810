/** What stands where people will sign: until then the admin interface acts for them. */
export const PAGES_NOTICE = `<!doctype html>
<html lang="nb">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <title>Signering sandkasse</title>
    <style>
      body { font: 16px/1.5 system-ui, sans-serif; max-width: 36rem; margin: 4rem auto; padding: 0 1.5rem; color: #21262f; }
      code { background: #f1f2f4; padding: 0.1em 0.35em; border-radius: 0.25em; }
    </style>
  </head>
  <body>
    <h1>Signering sandkasse</h1>
    <p>Her er det ingen sider å signere på ennå. La en undertegner signere med administrasjonsgrensesnittet:</p>
    <p><code>POST /jobs/{id}/signers/{n}/sign</code></p>
  </body>
</html>
`;

import type { ComponentChildren, VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { LANGUAGES, TEXTS } from '../texts/index.js';
import { momentIn, type PageContext, type ShownOrganization } from './page-context.js';

/** A page: its title and its main content. */
export interface Page {
  readonly title: string;
  readonly content: VNode;
  /** @default 200 */
  readonly status?: number;
}

/** The whole document of a page. Preact escapes every text and attribute. */
export function layOut({ title, content }: Page, context: PageContext): string {
  return `<!doctype html>${renderToString(
    <Document title={title} context={context}>
      {content}
    </Document>,
  )}`;
}

/** The main content alone, for a page that is kept up to date. */
export function renderContent({ content }: Pick<Page, 'content'>): string {
  return renderToString(content);
}

/** Keeps the regions `data-live` of the page up to date, and says when it has. */
export function LiveStatus({
  path,
  context,
}: {
  readonly path: string;
  readonly context: PageContext;
}): VNode {
  return (
    <p
      class="ds-paragraph portal-live"
      data-size="sm"
      role="status"
      data-live-stream={path}
      data-live-ended={context.texts.liveEnded}
      data-live-reload={context.texts.reload}
      data-live-page={context.path}
      data-live-interrupted={context.texts.liveInterrupted}
    />
  );
}

interface DocumentProps {
  readonly title: string;
  readonly context: PageContext;
  readonly children: ComponentChildren;
}

function Document({ title, context, children }: DocumentProps): VNode {
  const { texts, language } = context;
  return (
    <html lang={language} data-color-scheme="light" data-size="md">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${title} – ${texts.productName}`}</title>
        <link rel="stylesheet" href="/assets/theme.css" />
        <link rel="stylesheet" href="/assets/designsystemet.css" />
        <link rel="stylesheet" href="/assets/portal.css" />
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
        <script src="/assets/portal.js" defer />
        <script src="/assets/live.js" defer />
      </head>
      <body>
        <a class="ds-skip-link" href="#content">
          {texts.skipToContent}
        </a>
        <Header context={context} />
        <main id="content" tabIndex={-1}>
          {children}
        </main>
        <Footer context={context} />
      </body>
    </html>
  );
}

function Header({ context }: { readonly context: PageContext }): VNode {
  const { texts, person, path } = context;
  return (
    <header class="portal-header">
      <div class="portal-bar">
        <a class="ds-link portal-name" href="/">
          {texts.productName}
        </a>
        {person && (
          <div class="portal-person">
            <span>{texts.loggedInAs(person.name)}</span>
            <form method="post" action="/logout">
              <FormToken context={context} />
              <button class="ds-button" data-variant="tertiary" data-size="sm" type="submit">
                {texts.logOut}
              </button>
            </form>
          </div>
        )}
      </div>
      {person && (
        <nav class="portal-bar" aria-label={texts.mainNavigation}>
          <ul class="portal-menu">
            {menuOf(context).map(([href, text]) => (
              <li key={href}>
                <a
                  class="ds-link"
                  href={href}
                  aria-current={path.split('?')[0] === href ? 'page' : undefined}
                >
                  {text}
                </a>
              </li>
            ))}
          </ul>
          <form method="post" action="/drafts">
            <FormToken context={context} />
            <button class="ds-button" data-size="sm" type="submit">
              {texts.newJob}
            </button>
          </form>
        </nav>
      )}
      {person && <Organization context={context} />}
    </header>
  );
}

function menuOf({ texts, person }: PageContext): readonly (readonly [string, string])[] {
  return [
    ['/waiting', texts.waiting],
    ['/stopped', texts.stopped],
    ['/signed', texts.signed],
    ['/search', texts.search],
    ['/batches', texts.batches.title],
    ...(person?.role === 'ACCOUNT_MANAGER'
      ? ([
          ['/people', texts.people],
          ['/audit', texts.auditLog],
        ] as const)
      : []),
  ];
}

function Organization({ context }: { readonly context: PageContext }): VNode | null {
  const { texts, person } = context;
  if (person === undefined) return null;
  const { organization, organizations } = person;
  if (organizations.length < 2) {
    return (
      <p class="portal-bar ds-paragraph" data-size="sm">
        {organizations[0]?.name === undefined
          ? texts.organizationNumber(organization)
          : nameAndNumber(organizations[0])}
      </p>
    );
  }
  return (
    <form class="portal-bar portal-inline" method="post" action="/organization">
      <FormToken context={context} />
      <div class="ds-field">
        <label class="ds-label" for="organization" data-size="sm">
          {texts.organization}
        </label>
        <select class="ds-input" id="organization" name="organization" data-size="sm">
          {organizations.map((one) => (
            <option key={one.number} value={one.number} selected={one.number === organization}>
              {nameAndNumber(one)}
            </option>
          ))}
        </select>
      </div>
      <button
        class="ds-button"
        data-variant="secondary"
        data-size="sm"
        type="submit"
        aria-label={texts.chooseOrganization}
      >
        {texts.choose}
      </button>
    </form>
  );
}

function nameAndNumber({ name, number }: ShownOrganization): string {
  return name === undefined ? number : `${name} (${number})`;
}

function Footer({ context }: { readonly context: PageContext }): VNode {
  const { texts, language, path } = context;
  return (
    <footer class="portal-footer">
      <div class="portal-bar">
        <a class="ds-link" href="/accessibility">
          {texts.accessibility}
        </a>
        <nav aria-label={texts.languages}>
          <ul class="portal-menu">
            {LANGUAGES.map((one) => (
              <li key={one}>
                <a
                  class="ds-link"
                  lang={one}
                  href={`/language/${one}?back=${encodeURIComponent(path)}`}
                  aria-current={one === language ? 'true' : undefined}
                >
                  {TEXTS[one].languageName}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      </div>
    </footer>
  );
}

/** The hidden field by which a form proves that this session's page sent it. The first field of each form. */
export function FormToken({ context }: { readonly context: PageContext }): VNode | null {
  const { person } = context;
  return person === undefined ? null : <input type="hidden" name="formToken" value={person.formToken} />;
}

/** The heading and lead of a page. */
export function Heading({ title, lead }: { readonly title: string; readonly lead?: string }): VNode {
  return (
    <>
      <h1 class="ds-heading" data-size="lg">
        {title}
      </h1>
      {lead !== undefined && (
        <p class="ds-paragraph" data-variant="long">
          {lead}
        </p>
      )}
    </>
  );
}

/** A moment that is not broken over lines; nothing where there is none. */
export function Moment({
  at,
  language,
}: {
  readonly at: Date | string | null | undefined;
  readonly language: PageContext['language'];
}): VNode | null {
  if (at === null || at === undefined) return null;
  return (
    <time class="portal-moment" dateTime={new Date(at).toISOString()}>
      {momentIn(language, at)}
    </time>
  );
}

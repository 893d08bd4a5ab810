import type { RefusalReason } from '../portal-refusal.js';
import { Heading, type Page } from './layout.js';
import type { PageContext } from './page-context.js';

/** Says why a request got no other page. */
export function refusalPage(
  reason: RefusalReason,
  status: number,
  { texts, person, path }: PageContext,
): Page {
  // A request that is not valid is not answered better after a log-in.
  const isLogin = person === undefined && reason !== 'INVALID_REQUEST';
  return {
    title: texts.refusedTitle,
    status,
    content: (
      <>
        <Heading title={texts.refusedTitle} lead={texts.refusals[reason]} />
        <a class="ds-link" href={isLogin ? `/login?back=${encodeURIComponent(path)}` : '/'}>
          {isLogin ? texts.logIn : texts.goToFrontPage}
        </a>
      </>
    ),
  };
}

export function loggedOutPage({ texts }: PageContext): Page {
  return {
    title: texts.loggedOut,
    content: (
      <>
        <Heading title={texts.loggedOut} lead={texts.loggedOutLead} />
        <a class="ds-button" href="/login">
          {texts.logIn}
        </a>
      </>
    ),
  };
}

/** The accessibility statement that public bodies in Norway must have. */
export function accessibilityPage({ texts }: PageContext): Page {
  return {
    title: texts.accessibility,
    content: (
      <>
        <Heading title={texts.accessibility} />
        {texts.accessibilityParagraphs.map((paragraph) => (
          <p class="ds-paragraph" data-variant="long" key={paragraph}>
            {paragraph}
          </p>
        ))}
      </>
    ),
  };
}

import type { VNode } from 'preact';

/** A link to another page of a list. */
interface PageLink {
  readonly href: string;
  readonly text: string;
}

/** The way to the other pages of a list; nothing where one page has all of it. */
export function PageLinks({
  label,
  links,
}: {
  /** The name for screen readers. */
  readonly label: string;
  /** False where there is no such page. */
  readonly links: readonly (PageLink | false)[];
}): VNode | null {
  const shown = links.filter((link) => link !== false);
  if (shown.length === 0) return null;
  return (
    <nav class="portal-buttons" aria-label={label}>
      {shown.map(({ href, text }) => (
        <a key={href} class="ds-link" href={href}>
          {text}
        </a>
      ))}
    </nav>
  );
}

/** The links of a list whose pages have numbers, from 1. `before`, `behind`: their texts. */
export function numberedPages({
  path,
  page,
  hasMore,
  before,
  behind,
}: {
  /** The list's, because a form that was refused is answered with the page under the form's path. */
  readonly path: string;
  readonly page: number;
  readonly hasMore: boolean;
  readonly before: string;
  readonly behind: string;
}): readonly (PageLink | false)[] {
  return [
    page > 1 && { href: `${path}?page=${page - 1}`, text: before },
    hasMore && { href: `${path}?page=${page + 1}`, text: behind },
  ];
}

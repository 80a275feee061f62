import type { Visitor } from './auth/visitor.ts';
import { type Flash, flashBox } from './render/flash.ts';
import type { HrefMaker } from './render/href.ts';
import { type Html, html } from './render/html.ts';
import { type Page, SECTIONS, type SectionName } from './router.ts';

const TITLES: Record<SectionName, string> = {
  overview: 'Overview',
  extensions: 'Extensions',
  calls: 'Calls',
  deliveries: 'Deliveries',
  settings: 'Settings',
};

export interface LayoutOptions {
  href: HrefMaker;
  /** Absent: nobody is logged in. */
  visitor: Visitor | undefined;
  flash: Flash | undefined;
}

/** A whole page: what stands on each, with what is on this one between it. */
export function layout({ title, section, body }: Page, { href, visitor, flash }: LayoutOptions): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – Call Events</title>
<link rel="stylesheet" href="${href`/assets/style.css`}">
<link rel="icon" href="${href`/assets/icon.svg`}" type="image/svg+xml">
<script src="${href`/assets/app.js`}" defer></script>
</head>
<body data-root="${href`/`}">
<a class="skip" href="#main">To the content</a>
<header>
<a class="brand" href="${href`/`}">Call Events</a>
${visitor && navigation(section, href)}
${visitor && whoIsThere(visitor, href)}
</header>
<main id="main" tabindex="-1">
${flash && flashBox(flash)}
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`;
}

function navigation(current: SectionName | undefined, href: HrefMaker): Html {
  const links = SECTIONS.map((name) => {
    const to = name === 'overview' ? href`/` : href`/${name}`;
    return html`<a href="${to}" ${name === current && html`aria-current="page"`}>${TITLES[name]}</a>`;
  });
  return html`<nav aria-label="Main">${links}</nav>`;
}

function whoIsThere({ name, access, by }: Visitor, href: HrefMaker): Html {
  if (by !== 'session') return html`<p class="who">${by === 'demo' ? 'Demo: no password' : name}</p>`;
  return html`<form class="who" method="post" action="${href`/logout`}">
<span>${name}${access === 'read' && ' (may only look)'}</span> <button class="quiet">Log out</button>
</form>`;
}

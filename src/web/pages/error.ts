import type { FastifyRequest } from 'fastify';
import { backticksToCode } from '../render/backticks-to-code.ts';
import { type HrefMaker, localAddress, withQuery } from '../render/href.ts';
import { type Html, html } from '../render/html.ts';
import type { WebError } from '../web-error.ts';

/** An error message, with a link to go on. */
export function errorBody({ status, message }: WebError, request: FastifyRequest, href: HrefMaker): Html {
  const sentence = `${message.charAt(0).toUpperCase()}${message.slice(1)}`;
  return html`<p class="error" role="alert">${backticksToCode(sentence)}${!/[.!?]$/.test(sentence) && '.'}</p>
${WHAT_NEXT[status] !== undefined && html`<p>${WHAT_NEXT[status]}</p>`}
${request.visitor !== undefined && html`<p class="row">${back(request, href)}</p>`}`;
}

const WHAT_NEXT: Readonly<Record<number, string>> = {
  403: 'Nothing was changed.',
  409: 'Nothing was changed. Go back, load the page again, and look at what stands there now.',
  422: 'Nothing was changed. Go back: what you have typed is still there.',
  429: 'Wait a moment, then try again.',
};

/** Where to go on: back to the page of the form; from an extension that does not exist, to the list. */
function back({ method, url }: FastifyRequest, href: HrefMaker): Html {
  const [, extension] = /^\/extensions\/([^/?]+)/.exec(url) ?? [];
  const named = extension === undefined ? undefined : localAddress(`${href`/extensions`}/${extension}`);
  if (named !== undefined && method !== 'GET') return html`<a class="button" href="${named}">Back</a>`;
  if (extension !== undefined) return html`<a class="button" href="${href`/extensions`}">All extensions</a>`;
  return html`<a class="button" href="${withQuery(href`/`, {})}">To the overview</a>`;
}

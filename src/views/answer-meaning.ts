import type { AttemptResult } from '../delivery/http/attempt-result.ts';
import type { ExplainedRequest, Meaning } from './meaning.ts';

type Answer = Extract<AttemptResult, { kind: 'answer' }>;

/** Explains an answer, whatever its status. */
export function meaningOfAnswer(answer: Answer, request: ExplainedRequest): Meaning | undefined {
  const { status } = answer;
  if (status >= 200 && status < 300) return isPage(answer) ? PAGE_FOR_PEOPLE : undefined;
  if (status >= 300 && status < 400) return meaningOfRedirect(answer, request);
  if (status === 400 && /plain HTTP|SSL-enabled|HTTPS port/i.test(answer.answer)) return meaningOfMissingTls(request);
  if (status >= 500)
    return BY_STATUS[status] ?? { text: 'the receiver has failed by itself', remedy: 'look into its log' };
  switch (status) {
    case 401:
      return meaningOfMissingCredentials(answer, request);
    case 403:
      return hasCredentials(request)
        ? {
            text: 'the receiver knows who asks, and does not allow it',
            remedy: 'give that user or token the right there',
          }
        : meaningOfMissingCredentials(answer, request);
    case 405:
      return meaningOfWrongMethod(answer, request);
    case 415:
      return meaningOfWrongBody(request);
    default:
      return BY_STATUS[status];
  }
}

const BY_STATUS: Readonly<Record<number, Meaning>> = {
  400: {
    text: 'the receiver does not understand the request',
    remedy: 'see its answer; perhaps it wants another `body:` or parameter',
  },
  404: {
    text: 'there is nothing at this path',
    remedy: 'compare the `url` with what the receiver shows, to the last letter',
  },
  408: { text: 'the receiver has waited too long for the request' },
  410: { text: 'the receiver wants no more of these', remedy: 'ask for a new address there, or remove the rule' },
  411: { text: 'the receiver wants a request with a body', remedy: 'give the rule `method: POST`' },
  413: { text: 'the request is too long for the receiver', remedy: 'send fewer parameters' },
  414: { text: 'the URL is too long for the receiver', remedy: 'give the rule `method: POST`' },
  422: { text: 'the receiver understands the request, and refuses a value in it', remedy: 'see its answer' },
  425: { text: 'the receiver is not ready yet' },
  429: { text: 'the receiver gets too many requests', remedy: 'lower `delivery.perTarget` if it stays like this' },
  502: { text: 'a proxy answers, and gets nothing out of the receiver behind it', remedy: 'see whether that one runs' },
  503: { text: 'the receiver is not ready, or a proxy has none', remedy: 'see whether it runs' },
  504: { text: 'a proxy answers, and the receiver behind it does not', remedy: 'see whether that one runs' },
};

const PAGE_FOR_PEOPLE: Meaning = {
  text: 'that is a web page, for people with a browser',
  remedy: 'look in the receiver for the address of its webhooks or API',
};

function isPage({ answer, headers }: Answer): boolean {
  return /^text\/html/i.test(headers?.['content-type'] ?? '') && /^\s*<(?:!doctype html|html)/i.test(answer);
}

/** Explains a redirect: to a login page, to https, to the same path with another ending, or elsewhere. */
function meaningOfRedirect({ location = '', answer }: Answer, { url }: ExplainedRequest): Meaning {
  const [from, to] = [URL.parse(url), URL.parse(location, url)];
  if (from === null || to === null) return { text: 'the receiver sends on, and does not say where to' };
  if (/log-?in|log-?on|sign-?in|\bsso\b|\bauth\b|session/i.test(to.pathname) || /log ?in|sign ?in/i.test(answer))
    return { text: 'it sends to a login page: this URL is for people', remedy: PAGE_FOR_PEOPLE.remedy ?? '' };
  if (from.protocol === 'http:' && to.protocol === 'https:' && from.hostname === to.hostname)
    return { text: 'the receiver wants https', remedy: `let the \`url\` begin with https://${to.host}` };
  if (to.pathname === `${from.pathname}/`)
    return { text: 'the receiver wants a slash at the end of the path', remedy: 'write it in the `url`' };
  return {
    text: 'the receiver sends on to another address',
    remedy: 'write that one in the `url`, or `accept: [STATUS]` if it has done its work',
  };
}

function meaningOfWrongMethod({ headers }: Answer, { method }: ExplainedRequest): Meaning {
  const allow = headers?.allow ?? '';
  const wanted = allow.toUpperCase().split(/\s*,\s*/);
  const other = method === 'GET' ? 'POST' : 'GET';
  if (allow !== '' && !wanted.includes(other))
    return {
      text: `the receiver wants ${wanted.join(' or ')}, which a rule cannot send`,
      remedy: 'look for another address there',
    };
  return {
    text: allow === '' ? `the receiver does not want ${method}` : `the receiver wants ${other}`,
    remedy: `give the rule \`method: ${other}\``,
  };
}

function meaningOfWrongBody({ method, headers }: ExplainedRequest): Meaning {
  const text = 'the receiver wants another kind of body';
  if (method === 'GET') return { text, remedy: 'give the rule `method: POST` and `body: json`' };
  const isJson = /json/i.test(headers['Content-Type'] ?? '');
  return { text, remedy: `give the rule \`body: ${isJson ? 'form' : 'json'}\`` };
}

function meaningOfMissingCredentials({ headers }: Answer, request: ExplainedRequest): Meaning {
  if (hasCredentials(request))
    return {
      text: 'the receiver does not accept the credentials',
      remedy: 'compare token or password with what it has',
    };
  const [scheme = ''] = (headers?.['www-authenticate'] ?? '').split(' ');
  const example = /^basic$/i.test(scheme) ? 'Basic …' : 'Bearer …';
  const also = /^basic$/i.test(scheme) ? ', or `url: https://USER:PASSWORD@…`' : '';
  return {
    text: 'the receiver wants to know who asks',
    remedy: `give the rule the header that it asks for, such as \`headers: { Authorization: "${example}" }\`${also}`,
  };
}

/** Whether the request has credentials, judging by the names of its headers and parameters. */
function hasCredentials({ headers, url }: ExplainedRequest): boolean {
  const named = Object.keys(headers).some((name) => /^authorization$|token|api-?key|secret/i.test(name));
  const { username = '', searchParams } = URL.parse(url) ?? {};
  return named || username !== '' || [...(searchParams?.keys() ?? [])].some((name) => /token|key|secret/i.test(name));
}

function meaningOfMissingTls({ url }: ExplainedRequest): Meaning {
  return { text: 'this port speaks TLS', remedy: `let the \`url\` begin with https://${URL.parse(url)?.host}` };
}

import { describe, expect, it } from '@jest/globals';
import type { AttemptResult } from '../../src/delivery/http/attempt-result.ts';
import { meaningOf } from '../../src/views/meaning.ts';

const GET = { method: 'GET', url: 'http://crm.example.com/hooks', headers: {} };
const POST = { ...GET, method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } };
const WITH_TOKEN = { ...GET, headers: { Authorization: 'Bearer x' } };

/** An answer, and its sentence: what it means, and what is to be done. */
const said = (result: AttemptResult, request = GET) => {
  const meaning = meaningOf(result, request);
  return meaning && `${meaning.text}: ${meaning.remedy}`;
};

describe('what an answer means', () => {
  const answer = (status: number, more: Partial<Extract<AttemptResult, { kind: 'answer' }>> = {}): AttemptResult => ({
    kind: 'answer',
    status,
    answer: '',
    ...more,
  });

  it.each([
    [
      'another method, which it names',
      answer(405, { headers: { allow: 'post, OPTIONS' } }),
      GET,
      'the receiver wants POST: give the rule `method: POST`',
    ],
    ['another method', answer(405), POST, 'the receiver does not want POST: give the rule `method: GET`'],
    [
      'a method that no rule sends',
      answer(405, { headers: { allow: 'PUT' } }),
      GET,
      'the receiver wants PUT, which a rule cannot send: look for another address there',
    ],
    [
      'a token',
      answer(401, { headers: { 'www-authenticate': 'Bearer realm="crm"' } }),
      GET,
      'the receiver wants to know who asks: give the rule the header that it asks for, such as `headers: { Authorization: "Bearer …" }`',
    ],
    [
      'a password',
      answer(401, { headers: { 'www-authenticate': 'Basic realm="crm"' } }),
      GET,
      'the receiver wants to know who asks: give the rule the header that it asks for, such as `headers: { Authorization: "Basic …" }`, or `url: https://USER:PASSWORD@…`',
    ],
    [
      'another token',
      answer(401),
      WITH_TOKEN,
      'the receiver does not accept the credentials: compare token or password with what it has',
    ],
    [
      'a token, though it says forbidden',
      answer(403),
      GET,
      'the receiver wants to know who asks: give the rule the header that it asks for, such as `headers: { Authorization: "Bearer …" }`',
    ],
    [
      'more rights',
      answer(403),
      WITH_TOKEN,
      'the receiver knows who asks, and does not allow it: give that user or token the right there',
    ],
    ['json', answer(415), POST, 'the receiver wants another kind of body: give the rule `body: json`'],
    [
      'a person who logs in',
      answer(302, { location: '/login?next=/hooks' }),
      GET,
      'it sends to a login page: this URL is for people: look in the receiver for the address of its webhooks or API',
    ],
    [
      'https',
      answer(301, { location: 'https://crm.example.com/hooks' }),
      GET,
      'the receiver wants https: let the `url` begin with https://crm.example.com',
    ],
    [
      'a slash',
      answer(301, { location: '/hooks/' }),
      GET,
      'the receiver wants a slash at the end of the path: write it in the `url`',
    ],
    [
      'TLS, as nginx says it',
      answer(400, { answer: 'The plain HTTP request was sent to HTTPS port' }),
      GET,
      'this port speaks TLS: let the `url` begin with https://crm.example.com',
    ],
  ])('wants %s', (_, result, request, expected) => {
    expect(said(result, request)).toBe(expected);
  });

  it('a page for people is one though it says 200, and text is none', () => {
    const page = answer(200, {
      headers: { 'content-type': 'text/html; charset=utf-8' },
      answer: '\n<!DOCTYPE html><html>',
    });
    expect(said(page)).toContain('that is a web page, for people with a browser');
    expect(said(answer(200, { headers: { 'content-type': 'text/html' }, answer: 'ok' }))).toBeUndefined();
    expect(said(answer(204))).toBeUndefined();
  });

  it('names neither secrets of the URL nor of where it is sent on to', () => {
    const request = { ...GET, url: 'http://user:geheim@crm.example.com/geheim?token=geheim' };
    for (const status of [301, 302, 400, 401, 403, 404, 405, 410, 415, 429, 500, 503]) {
      const result = answer(status, { location: 'https://user:geheim@crm.example.com/geheim', answer: 'HTTPS port' });
      expect(said(result, request) ?? '').not.toContain('geheim');
    }
  });
});

it.each([
  ['ECONNREFUSED', 'nothing listens on crm.example.com: see whether the receiver runs, and compare host and port'],
  ['ENOTFOUND', 'there is no crm.example.com: compare the name, letter by letter'],
  [
    'EAI_AGAIN',
    'crm.example.com does not resolve: no name server answers for it: compare the name, and try `getent hosts crm.example.com` on this machine',
  ],
  [
    'ECONNRESET',
    'the receiver cuts the connection, or does not speak HTTP: if that port speaks TLS, let the `url` begin with https://crm.example.com',
  ],
  ['CONNECT_DEADLINE', 'crm.example.com cannot be reached: look for a firewall or a route that is missing'],
  ['REFUSED_ADDRESS', 'the service sends nothing to that address: allow it under `delivery.allow` if it is right'],
  ['CERT_HAS_EXPIRED', "the receiver's certificate has expired: renew it there"],
  ['ESOMETHING', undefined],
])('%s', (code, expected) => {
  expect(said({ kind: 'error', code, message: '' })).toBe(expected);
});

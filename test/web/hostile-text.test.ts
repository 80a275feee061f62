import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fixtureText } from '../helpers/fixture-log.ts';
import { type ServedPage, servePage } from '../helpers/page.ts';

/**
 * What a caller may be called, and a receiver may answer: markup, quotes, a formula, direction marks, a terminal's
 * commands.
 */
const HOSTILE = `=1+1"'><img src=x onerror=alert(1)>\u202egnp\u2066 \u001b[2J\u001b]0;PWNED\u0007\u0000 \`id\` $(id) {{x}} </title></svg>&lt;`;

let one: ServedPage;
let callId = '';
let deliveryId = '';
beforeAll(async () => {
  one = await servePage(
    (url) =>
      `  "102": { events: [{ on: dial-in, id: R1, method: POST, url: "${url}/{CallerIDNam}", headers: { X-Caller: "{CallerIDNam}" } }] }`,
    undefined,
    'delivery: { retry: { dial: { tries: [0s, 10ms] } } }',
  );
  await one.login();
  Object.assign(one.receiver, { status: 404, answer: () => HOSTILE });
  one.asterisk.play(
    fixtureText('ring-group-local')
      .replaceAll(/^((?:Dest)?(?:CallerIDName|ConnectedLineName)): Zo.*$/gm, `$1: ${HOSTILE.replaceAll('$', '$$$$')}`)
      .replaceAll('PJSIP/trunk', 'PJSIP/<svg onload=1>'),
  );
  await one.log.until((lines) => lines.some(({ outcome }) => outcome === 'dead'));
  const { deliveries } = (await one.api('GET', '/deliveries')).json() as {
    deliveries: { id: string; callId: string }[];
  };
  callId = deliveries[0]?.callId ?? '';
  deliveryId = deliveries[0]?.id ?? '';
});
afterAll(async () => one.stop());

/** Nothing that steers a browser or a terminal. */
function expectHarmless(text: string): void {
  expect(text).not.toMatch(/<img|<svg onload/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there.
  expect(text).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
}

describe('hostile text', () => {
  it.each([
    ['/', 'PJSIP/&lt;svg onload=1&gt;'],
    ['/calls', '→ 102'],
    ['/calls/CALL', 'PJSIP/&lt;svg onload=1&gt;'],
    ['/deliveries', 'HTTP 404'],
    ['/deliveries/DELIVERY', '=1+1&quot;&#39;&gt;&lt;img src=x onerror=alert(1)&gt;\\u202egnp'],
    [`/deliveries?reason=${encodeURIComponent(HOSTILE)}`, 'value="=1+1&quot;&#39;&gt;&lt;img'],
    [`/deliveries?since=${encodeURIComponent(HOSTILE)}`, 'aria-invalid="true"'],
    [`/deliveries?target=${encodeURIComponent(`javascript:alert(1)//${HOSTILE}`)}`, 'No delivery matches'],
    [`/deliveries/again?reason=${encodeURIComponent(HOSTILE)}`, '&lt;img src=x'],
    [`/calls?extension=${encodeURIComponent(HOSTILE)}`, '&lt;img src=x'],
    [`/calls/${encodeURIComponent(HOSTILE)}`, '&lt;img src=x'],
    [`/deliveries/${encodeURIComponent(HOSTILE)}`, '&lt;img src=x'],
  ] as const)('is only text on %s', async (path, expected) => {
    const { text } = await one.browse(path.replace('CALL', callId).replace('DELIVERY', deliveryId));
    expect(text).toContain(expected);
    expectHarmless(text);
    expect(text).not.toMatch(/href="(?!\/|#)/);
  });

  it('is JSON in the API', async () => {
    for (const path of ['/deliveries', `/deliveries/${deliveryId}`, '/calls', `/calls/${callId}`])
      expect((await one.api('GET', path)).status).toBe(200);
    const { attempts } = (await one.api('GET', `/deliveries/${deliveryId}`)).json() as {
      attempts: { answer: string }[];
    };
    expect(attempts[0]?.answer).toBe(HOSTILE);
  });

  it('is one field of CSV, and no formula', async () => {
    const { text, headers } = await one.browse('/deliveries.csv');
    expect(headers['content-disposition']).toBe("attachment; filename*=UTF-8''deliveries.csv");
    expectHarmless(text.replaceAll('\r', ''));
    expect(text.split('\r\n')).toHaveLength(3);
  });
});

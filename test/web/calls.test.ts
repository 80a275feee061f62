import { afterEach, describe, expect, it } from '@jest/globals';
import { fixtureText } from '../helpers/fixture-log.ts';
import { followStream } from '../helpers/live-stream.ts';
import { READ_TOKEN, type ServedPage, servePage } from '../helpers/page.ts';

const running: ServedPage[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
});

/** 102 and 103 are rung, and 103 answers; the phone of 102 is that of 104, which asks for calls that it makes alone. */
async function page(): Promise<ServedPage> {
  const one = await servePage(
    (
      url,
    ) => `  "103": { events: [{ on: dial-in, id: R1, url: "${url}/?token=geheim" }, { on: hangup, id: R2, url: "${url}/", when: { CallStatus: UNKNOWN } }] }
  "104": { channels: [PJSIP/102], events: [{ on: dial-out, id: R3, url: "${url}/" }] }
  "105": { channels: [PJSIP/desk9], events: [{ on: dial-in, id: R4, url: "${url}/" }] }`,
  );
  running.push(one);
  await one.login();
  return one;
}

const RING_GROUP = fixtureText('ring-group-local');
/** Until the first Hangup. */
const RINGS = RING_GROUP.slice(0, RING_GROUP.indexOf('Event: Hangup'));
const callIdOf = async (one: ServedPage) =>
  ((await one.api('GET', '/calls')).json() as { calls: { callId: string }[] }).calls[0]?.callId ?? '';

describe('the story of a call', () => {
  it('says what was sent for each extension, and why 104 sent nothing', async () => {
    const one = await page();
    one.asterisk.play(RING_GROUP);
    await one.receiver.requests.count(1);
    await one.log.until((lines) => lines.some(({ outcome }) => outcome === 'delivered'));
    const list = await one.browse('/calls');
    expect(list.text).toMatch(/\+31612345678 → 10[34]</);
    const callId = await callIdOf(one);
    expect(list.text).toContain(`href="/calls/${callId}"`);
    const story = await one.browse(`/calls/${callId}`);
    expect(story.status).toBe(200);
    expect(story.text).toMatch(/>104<\/a> <span class="state wait">.*nothing was sent/);
    expect(story.text).toContain('104 has no rule <code>on: dial-in</code> (only dial-out)');
    expect(story.text).toMatch(/rule R1 to 127\.0\.0\.1:\d+<\/a> <span class="state good">.*delivered \(200, /);
    expect(story.text).toContain('rule R2 has a condition: CallStatus is ANSWER, not UNKNOWN');
    expect(story.text).not.toContain('geheim');
    // A trunk's channel is on the time line, and named on the overview.
    expect(story.text).toContain('no extension has the channel');
    const overview = await one.browse('/');
    expect(overview.text).toMatch(/href="\/extensions\/new\?channel=PJSIP%2F\w+"/);
  });

  it('is there by the API as well', async () => {
    const one = await page();
    one.asterisk.play(RING_GROUP);
    await one.log.until((lines) => lines.some(({ outcome }) => outcome === 'delivered'));
    const callId = await callIdOf(one);
    const story = await one.api('GET', `/calls/${callId}`, undefined, READ_TOKEN);
    expect(story.json()).toMatchObject({
      callId,
      answered: true,
      openLegs: 0,
      extensions: expect.arrayContaining(['103', '104']),
    });
    const { timeline } = story.json() as {
      timeline: { extension: string; event: string; sent: object[]; notSent: string[] }[];
    };
    expect(timeline.filter(({ extension }) => extension === '104')).toMatchObject([
      { event: 'dial-in', sent: [], notSent: [expect.stringContaining('104 has no rule `on: dial-in`')] },
      { event: 'hangup', sent: [] },
    ]);
    expect(timeline.find(({ sent }) => sent.length > 0)).toMatchObject({
      extension: '103',
      sent: [{ eventId: 'R1', outcome: 'delivered', status: 200, attempt: 1 }],
    });
    expect((await one.api('GET', '/calls/9.9')).status).toBe(404);
    expect(((await one.api('GET', '/calls?extension=999')).json() as { calls: object[] }).calls).toEqual([]);
  });

  it('that an extension had none of is explained: it is none, or its channels are others', async () => {
    const one = await page();
    one.asterisk.play(RING_GROUP);
    await one.log.until((lines) => lines.some(({ outcome }) => outcome === 'delivered'));
    const none = (await one.browse('/calls?extension=999')).text;
    expect(none).toContain('999 is no extension: config.yaml has no entry for it, and no pattern matches it.');
    expect(none).toContain('href="/extensions/new?extension=999"');
    const silent = (await one.browse('/calls?extension=105')).text;
    expect(silent).toMatch(/No call with 105 was seen since .*1 Call Event<.*: PJSIP\/desk9\./);
    expect(silent).toMatch(
      /belong to no extension: <a href="\/extensions\/new\?channel=PJSIP%2Ftrunk&amp;extension=105">/,
    );
  });

  it('says that it is not known, and since when calls are', async () => {
    const one = await page();
    const { status, text } = await one.browse('/calls/1700000000.1');
    expect(status).toBe(404);
    expect(text).toMatch(/Nothing is known of this call.*of 0 calls since/s);
  });
});

describe('calls that go on', () => {
  it('are listed until their legs end', async () => {
    const one = await page();
    expect((await one.browse('/calls')).text).toContain('Nobody is in a call.');
    one.asterisk.play(RINGS);
    await one.receiver.requests.count(1);
    const during = await one.browse('/calls');
    expect(during.text).toContain('Now: 2 legs');
    expect(during.text).toMatch(/<td [^>]*>\+31612345678 Zoë &amp; Co<\/td>/);
    const { legs } = (await one.api('GET', '/calls?extension=104')).json() as { legs: object[] };
    expect(legs).toMatchObject([{ extension: '104', direction: 'in', state: 'ringing', number: '+18005550201' }]);
    one.asterisk.play(RING_GROUP.slice(RINGS.length));
    await one.log.until((lines) => lines.some(({ outcome }) => outcome === 'delivered'));
    expect((await one.browse('/calls?extension=103')).text).toContain('Nobody is in a call at 103.');
  });

  it('come over the stream with their deliveries as they change', async () => {
    const one = await page();
    const { events } = await followStream(one);
    one.asterisk.play(RING_GROUP);
    const all = await events.until(
      (some) =>
        some.some(({ name, data }) => name === 'leg' && data.extension === '104' && data.state === 'ended') &&
        some.some(({ name }) => name === 'delivery'),
    );
    expect(all.find(({ name }) => name === 'delivery')?.data).toMatchObject({
      extension: '103',
      eventId: 'R1',
      state: 'delivered',
      status: 200,
    });
  });
});

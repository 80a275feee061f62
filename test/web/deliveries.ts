import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { OutboxRow } from '../helpers/outbox-rows.ts';
import { READ_TOKEN, type ServedPage } from '../helpers/page.ts';

/** A service with its page, and where its deliveries are. */
export interface DeliveriesPlace {
  one: ServedPage;
  /** Makes them what there is: nothing else. */
  fill(rows: readonly OutboxRow[]): Promise<void>;
  suspend(ruleId: string): Promise<void>;
  /** Resolves when what was set to be sent again is on its way. */
  isSentAgain(ids: readonly string[]): Promise<unknown>;
  remove(): Promise<void>;
}

/**
 * What page and API show of deliveries and do to them, wherever they are kept.
 * @param serve rules for 101: `rule1` on hangup
 */
export function pagesShowDeliveries(name: string, serve: () => Promise<DeliveriesPlace>): void {
  describe(name, () => {
    let place: DeliveriesPlace;
    let one: ServedPage;
    beforeAll(async () => {
      place = await serve();
      one = place.one;
      await one.login();
    }, 60_000);
    afterAll(async () => place?.remove());

    const minutesAgo = (minutes: number) => Date.now() - minutes * 60_000;
    const stateOf = async (id: string) =>
      ((await one.api('GET', `/deliveries/${id}`)).json() as { state: string }).state;

    const DEAD = { state: 'dead', attempts: 2, reason: 'HTTP 404' } as const;
    beforeEach(async () =>
      place.fill([
        { id: 'old', createdAt: minutesAgo(300) },
        { id: 'dead1', createdAt: minutesAgo(200), ...DEAD },
        { id: 'dead2', createdAt: minutesAgo(100), extension: '102', ruleId: 'rule2', ...DEAD },
        { id: 'dead3', createdAt: minutesAgo(50), event: 'dial-in', ...DEAD },
        { id: 'new', createdAt: minutesAgo(5) },
      ]),
    );

    interface List {
      deliveries: { id: string; url: string }[];
      next: string | null;
    }
    const idsOf = ({ deliveries }: List) => deliveries.map(({ id }) => id);
    const list = async (query: string) =>
      (await one.api('GET', `/deliveries${query}`, undefined, READ_TOKEN)).json() as List;

    describe('the list of deliveries', () => {
      it.each([
        ['', ['new', 'dead3', 'dead2', 'dead1', 'old']],
        ['?extension=102', ['dead2']],
        ['?state=dead&event=hangup', ['dead2', 'dead1']],
        ['?rule=rule2', ['dead2']],
        ['?since=2h', ['new', 'dead3', 'dead2']],
        ['?since=4h&until=90m', ['dead2', 'dead1']],
        ['?reason=http+4&event=', ['dead3', 'dead2', 'dead1']],
        ['?target=http://crm.test', ['new', 'dead3', 'dead2', 'dead1', 'old']],
        ['?callId=1.1', ['dead1']],
      ])('is filtered by %j, the same for the page and the API', async (query, ids) => {
        expect(idsOf(await list(query))).toEqual(ids);
        const { text } = await one.browse(`/deliveries${query}`);
        const shown = [...text.matchAll(/<tr><td [^>]*><a href="\/deliveries\/(\w+)\?/g)].map(([, id]) => id);
        expect(shown).toEqual(ids);
      });

      it('is paged', async () => {
        const first = await list('?limit=2');
        const second = await list(`?limit=2&cursor=${first.next}`);
        expect([...idsOf(first), ...idsOf(second)]).toEqual(['new', 'dead3', 'dead2', 'dead1']);
        expect((await one.api('GET', '/deliveries?cursor=x')).status).toBe(400);
      });

      it('says what is wrong with a filter, at the field', async () => {
        const { text } = await one.browse('/deliveries?since=yesterday&state=lost');
        expect(text).toMatch(/name="since" value="yesterday"[^>]* aria-invalid="true" aria-describedby="e-since"/);
        expect(text).toContain('expected a length of time, such as 30m, 2h or 7d, or a date');
        const answer = await one.api('GET', '/deliveries?since=yesterday');
        expect(answer.json()).toMatchObject({ status: 400, errors: [{ field: 'since' }] });
      });

      it('says what to do where there is none', async () => {
        expect((await one.browse('/deliveries?extension=999')).text).toContain('No delivery matches.');
        await place.fill([]);
        expect((await one.browse('/deliveries')).text).toContain('Nothing was sent yet.');
        expect((await one.browse('/')).text).toContain('Nothing was sent in the last day.');
      });

      it('is saved as CSV, all of it that matches', async () => {
        await place.fill(
          Array.from({ length: 600 }, (_, number) => ({
            extension: number % 2 === 0 ? '101' : '102',
            createdAt: minutesAgo(1000 - number),
          })),
        );
        const lines = (await one.browse('/deliveries.csv?extension=102')).text.trimEnd().split('\r\n');
        expect(lines).toHaveLength(301);
        expect(lines[0]).toBe('time,extension,event,call,state,tries,reason,method,url,event id,call id,delivery');
        expect(lines[1]).toMatch(
          /,102,Hangup,,delivered,1,,GET,http:\/\/crm\.test\/\?token=\*\*\*,rule1,599\.1,msg_599$/,
        );
      });

      it('never shows a secret of a URL', async () => {
        const [first] = (await list('')).deliveries;
        expect(first?.url).toBe('http://crm.test/?token=***');
        for (const path of ['/deliveries', '/deliveries/dead1', '/deliveries.csv'])
          expect((await one.browse(path)).text).not.toContain('geheim');
      });
    });

    describe('dead deliveries', () => {
      it('are sent again as many as the question has said, and those that the filter shows', async () => {
        const ask = await one.browse('/deliveries/again?state=dead&since=2h');
        expect(ask.text).toMatch(/>2 dead deliveries<\/a> match: since (\d+ \w+ )?\d\d:\d\d/);
        const form = fieldsOf(ask.text);
        const { status, headers } = await one.browse('/deliveries/again', { form });
        expect(status).toBe(303);
        expect(headers.location).toMatch(/^\/deliveries\?since=\d+$/);
        expect((await one.browse(headers.location ?? '')).text).toContain('2 deliveries are set to be sent again.');
        expect(await stateOf('dead1')).toBe('dead');
        await place.isSentAgain(['dead2', 'dead3']);
        expect(one.log.all).toContainEqual(
          expect.objectContaining({ msg: expect.stringContaining('2 deliveries are sent again') }),
        );
      });

      it('are sent again from one on', async () => {
        const { text } = await one.browse('/deliveries?extension=101');
        const [, link = ''] =
          /href="(\/deliveries\/again\?[^"]*)">Resend all failed since this one…/.exec(
            text.slice(text.indexOf('/deliveries/dead1')),
          ) ?? [];
        const ask = await one.browse(link.replaceAll('&amp;', '&'));
        expect(ask.text).toMatch(/>2 dead deliveries<\/a> match: extension 101, since/);
      });

      it('are asked about with what to do when there is none', async () => {
        expect((await one.browse('/deliveries/again?extension=999')).text).toContain(
          'No dead delivery matches: extension 999',
        );
      });

      it('are sent again one by one, by page and API', async () => {
        const { status, headers } = await one.browse('/deliveries/dead1/retry', { form: { call: '1.1' } });
        expect([status, headers.location]).toEqual([303, '/deliveries/dead1?call=1.1']);
        expect(await stateOf('dead1')).toBe('pending');
        expect((await one.api('POST', '/deliveries/dead2/retry')).json()).toEqual({ count: 1 });
        expect((await one.api('POST', '/deliveries/nobody/retry')).status).toBe(404);
        expect((await one.api('POST', '/deliveries/retry', { event: 'dial-in' })).json()).toEqual({
          count: 1,
          suspended: 0,
        });
        expect((await one.api('POST', '/deliveries/dead1/discard')).json()).toEqual({ count: 1 });
        expect((await one.api('POST', '/deliveries/old/discard')).status).toBe(409);
      });

      it('are left as they are where their rule is suspended, and it is said how many', async () => {
        await place.suspend('rule1');
        const ask = await one.browse('/deliveries/again?since=5h');
        expect(ask.text).toMatch(
          />1 dead delivery<\/a> matches: since .*\. 2 more are left as they are, for their rules/,
        );
        const none = await one.browse('/deliveries/again?extension=101');
        expect(none.text).toMatch(
          /No dead delivery that can be sent matches: extension 101, until [^<]*\. 2 more are left/,
        );
        expect((await one.api('POST', '/deliveries/retry', { extension: '101' })).json()).toEqual({
          count: 0,
          suspended: 2,
        });
        expect((await one.api('POST', '/deliveries/retry', {})).json()).toEqual({ count: 1, suspended: 2 });
        expect(await Promise.all(['dead1', 'dead3'].map(stateOf))).toEqual(['dead', 'dead']);
        await place.isSentAgain(['dead2']);
      });

      it('are not for readers to send again', async () => {
        expect((await one.api('POST', '/deliveries/dead1/retry', undefined, READ_TOKEN)).status).toBe(403);
        expect((await one.api('POST', '/deliveries/retry', {}, READ_TOKEN)).status).toBe(403);
        expect((await one.api('POST', '/rules/rule1/resume', undefined, READ_TOKEN)).status).toBe(403);
        expect(await stateOf('dead1')).toBe('dead');
      });
    });

    describe('the overview', () => {
      it('counts what its links lead to', async () => {
        const { text } = await one.browse('/');
        const counts = [...text.matchAll(/<a href="(\/deliveries\?state=[^"]*)" aria-label="(\d+) /g)];
        expect(counts.map(([, , count]) => count)).toEqual(['1', '0', '1', '2', '0', '3']);
        for (const [, link = '', count] of counts)
          expect(idsOf(await list(link.replace('/deliveries', '').replaceAll('&amp;', '&')))).toHaveLength(
            Number(count),
          );
        expect(text).toContain('the last delivery of 1 extension has failed');
        expect((await one.api('GET', '/status')).json()).toMatchObject({
          lastHour: { delivered: 1, pending: 0, dead: 1 },
          lastDay: { delivered: 2, pending: 0, dead: 3 },
          asterisk: [{ connected: true, since: expect.any(String), lastGap: null }],
        });
      });

      it('has a suspended rule resumed', async () => {
        await place.suspend('rule1');
        expect((await one.browse('/')).text).toContain('Resume rule1');
        // Sent again while it is suspended, a delivery would be dead at once.
        const refused = await one.api('POST', '/deliveries/dead1/retry');
        expect([refused.status, refused.text]).toEqual([409, expect.stringContaining('rule rule1 is suspended')]);
        expect((await one.browse('/deliveries/dead1/retry', { form: {} })).text).toContain('Rule rule1 is suspended');
        expect((await one.api('GET', '/deliveries/dead1')).json()).toMatchObject({ reason: 'HTTP 404' });
        const resumed = await one.browse('/rules/rule1/resume', { form: { next: '//evil.example' } });
        expect(resumed.headers.location).toBe('/');
        expect((await one.browse('/')).text).not.toContain('Resume rule1');
        expect((await one.api('POST', '/rules/rule1/resume')).status).toBe(404);
      });
    });
  });
}

/** The hidden fields of the form in the page. */
function fieldsOf(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)">/g)].map(([, name = '', value = '']) => [
      name,
      value,
    ]),
  );
}

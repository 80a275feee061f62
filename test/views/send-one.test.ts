import { afterEach, expect, it } from '@jest/globals';
import { textOfSent } from '../../src/cli/terminal/sent-text.ts';
import { parseConfig } from '../../src/config/load.ts';
import { requestOf } from '../../src/rules/request.ts';
import { ruleDefaultsOf } from '../../src/rules/rule-defaults.ts';
import { sampleEvent } from '../../src/views/sample-event.ts';
import { createSendOne } from '../../src/views/send-one.ts';
import { Peers } from '../helpers/peers.ts';

const peers = new Peers();
afterEach(() => peers.close());

it('shows nothing of the secrets that an answer repeats, in whichever of its parts', async () => {
  const secret = 'only-in-this-rule';
  const url = await peers.sick((socket) => {
    const head = [
      'HTTP/1.1 302 Found',
      `Location: https://elsewhere.example/${secret}/hook`,
      `Server: made for ${secret}`,
      'Content-Length: 0',
    ];
    socket.end(`${head.join('\r\n')}\r\n\r\n`);
  });
  const rule = `{ on: dial-in, url: "${url}", headers: { Authorization: "Bearer ${secret}" } }`;
  const config = parseConfig(`extensions:\n  "101": { events: [${rule}] }\n`, 'config.yaml', {
    require: 'extensions',
    env: {},
  });
  const [sent] = config.extensions.flatMap(({ rules }) => rules);
  if (sent === undefined) throw new Error('the configuration has one rule');
  const event = sampleEvent({ event: 'dial-in', server: '', extension: '101', at: 0, did: undefined });
  const sendOne = createSendOne(config);
  const shown = await sendOne.send(requestOf(event, sent, ruleDefaultsOf(config, '')));
  sendOne.close();
  expect(shown.result).toMatchObject({ status: 302, headers: { server: expect.stringContaining('made for') } });
  expect(JSON.stringify(shown)).not.toContain(secret);
  expect(textOfSent(shown)).not.toContain(secret);
});

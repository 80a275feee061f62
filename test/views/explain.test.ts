import { describe, expect, it } from '@jest/globals';
import { runProgram } from '../../src/cli/program.ts';
import { captureIo } from '../helpers/captured-io.ts';
import { fixtureLog } from '../helpers/fixture-log.ts';
import { temporaryDirectory } from '../helpers/temporary.ts';

const directory = temporaryDirectory();

async function explained(fixture: string, config: string): Promise<string> {
  const captured = captureIo();
  const file = directory.write('config.yaml', config);
  expect(await runProgram(['replay', fixtureLog(fixture), '--config', file, '--explain'], captured.io)).toBe(0);
  // Times are reported in the zone of the machine, and the recordings are made anew now and then.
  return captured
    .stdout()
    .replace(/^\d{4}-\d\d-\d\d \(UTC[-+:\d]*\)$/m, 'DAY (ZONE)')
    .replaceAll(/^\d\d:\d\d:\d\d\.\d{3}/gm, 'HH:MM:SS.mmm')
    .replaceAll(/\b\d{10}\.\d+/g, 'ID')
    .replaceAll(/(PJSIP\/\w+)-[0-9a-f]{8}/g, '$1-*')
    .replace(/^\d+ AMI events/m, 'N AMI events');
}

const rules = (...all: string[]) => `{events: [${all.map((rule) => `{url: "http://crm/", ${rule}}`).join(', ')}]}`;

describe('replay --explain', () => {
  it('says for a whole call what happened, whose channel it was, and what each rule does', async () => {
    expect(
      await explained(
        'direct-busy',
        `extensions:\n  "101": ${rules('on: dial-out, id: R1', 'on: hangup, id: R2, status: disabled')}\n  "102": ${rules('on: dial-in, id: R3, method: POST')}`,
      ),
    ).toBe(`DAY (ZONE)
HH:MM:SS.mmm  Dial-Out: 101 calls 102
              PJSIP/101-* is extension 101; call ID
              rule R1 sends GET http://crm/?CallID=ID&CallerIDNum=101&CallerIDNam=Alice&CallerExtension=101&CalledExtension=102&CalledNumber=102&CallFlow=OUT&CallStatus=CALLING
HH:MM:SS.mmm  Dial-In: 102 is called by 101
              PJSIP/102-* is extension 102; call ID
              rule R3 sends POST http://crm/
                  CallID=ID&CallerIDNum=101&CallerIDNam=Alice&CallerExtension=101&CalledExtension=102&CalledNumber=102&CallFlow=IN&CallStatus=CALLING
HH:MM:SS.mmm  Hangup: the call to 102 ends, not answered
              PJSIP/102-* is extension 102; call ID
              not sent: 102 has no rule \`on: hangup\` (only dial-in)
HH:MM:SS.mmm  Hangup: the call of 101 ends, not answered
              PJSIP/101-* is extension 101; call ID
              not sent: rule R2 is disabled
HH:MM:SS.mmm  Missed: 102 missed the call of 101
              PJSIP/102-* is extension 102; call ID
              not sent: 102 has no rule \`on: missed\` (only dial-in)
N AMI events, 5 call events, 2 requests
`);
  });

  it('says who transferred a call, and which call it was joined with', async () => {
    const text = await explained('attended-transfer-by-refer', `extensions:\n  _1XX: ${rules('on: hangup, id: R1')}`);
    expect(text).toContain('is extension 103, by the pattern _1XX; call ID, transferred by 102, joined with call ID\n');
  });

  it('names the pattern that an extension and its rules come from', async () => {
    const text = await explained(
      'direct-busy',
      `extensions:\n  _1XX: ${rules('on: hangup, id: R1')}\n  "101": {did: "1"}`,
    );
    expect(text).toContain('PJSIP/102-* is extension 102, by the pattern _1XX; call');
    expect(text).toContain('PJSIP/101-* is extension 101; call');
    expect(text).toContain('rule R1 of _1XX sends GET http://crm/?');
    expect(text).toContain('not sent: 101 has no rule `on: dial-out`; its rules are those of _1XX (only hangup)');
  });

  it('says which condition kept a request back', async () => {
    const text = await explained(
      'direct-busy',
      `extensions:\n  "101": {}\n  "102": ${rules(
        'on: hangup, id: R1, when: {CallStatus: ANSWER}',
        'on: hangup, id: R2, when: {CallStatus: UNKNOWN, from: outside}',
        'on: hangup, id: R3, when: {CallerIDNum: ["1", _2X]}',
        'on: hangup, id: R4, when: {CallerExtension: none}',
        'on: hangup, id: R5, when: {CalledDID: any}',
        'on: hangup, id: R6, when: {from: inside}',
      )}`,
    );
    expect(text).toContain(`not sent: rule R1 has a condition: CallStatus is UNKNOWN, not ANSWER
              not sent: rule R2 has a condition: the call comes from inside, not outside
              not sent: rule R3 has a condition: CallerIDNum is 101, none of 1, _2X
              not sent: rule R4 has a condition: CallerExtension is 101, not none
              not sent: rule R5 has a condition: CalledDID is not known
`);
    expect(text).toContain('rule R6 sends GET');
  });

  it('shows a body of the rule’s own', async () => {
    const config = `extensions: {"102": ${rules('on: dial-in, id: R1, method: POST, body: {text: "from {CallerIDNam}"}')}}`;
    expect(await explained('direct-busy', config)).toContain(
      'R1 sends POST http://crm/\n                  {"text":"from Alice"}\n',
    );
  });

  it('reports an extension that has no rules at all', async () => {
    expect(await explained('direct-busy', 'extensions: {"102": {}}')).toContain(
      'not sent: 102 has no events in the configuration, and no pattern gives it any',
    );
  });

  it('shows what `numbers` makes of a number', async () => {
    const config = `extensions: {"101": ${rules('on: dial-in')}}\nnumbers: [{match: '^\\+31', replace: '0'}]`;
    expect(await explained('inbound-missed', config)).toContain(
      '`numbers` makes CallerIDNum +31612345678 into 0612345678\n',
    );
  });

  it('says in full only once that an endpoint is no extension', async () => {
    const text = await explained('trunk-to-trunk', 'extensions: {"101": {}}');
    expect(text).toMatch(
      /no Dial-Out for PJSIP\/trunk-\*: no extension has the channel PJSIP\/trunk\n +if it is a phone, it belongs under the `channels` of its extension; for a trunk this is right\n/,
    );
    expect(text).toMatch(/no Dial-In for PJSIP\/trunk-\*: no extension has the channel PJSIP\/trunk\nN AMI events/);
  });

  it.each([
    ['feature-code', 'no Dial-Out for 101 (PJSIP/101-*): *45 matches `ignore` (a feature code)'],
    [
      'click-to-call-not-answered',
      'no Dial-In for 101 (PJSIP/101-*): Asterisk rings the phone by itself, as for click to call',
    ],
    ['pickup-group', "no Dial-Out for 103 (PJSIP/103-*): it picks up another phone's call, which is a Dial-In"],
    [
      'originate-to-application',
      'Originate named no number that the phone was to be connected with, and nobody was dialled for it',
    ],
    [
      'freepbx-blind-transfer-of-called-outside',
      'no Dial-Out for PJSIP/trunk-*: no extension has the channel PJSIP/trunk\n',
    ],
    ['blind-transfer-by-caller', 'it takes part in call ID already and dials on there (a transfer)'],
    ['several-contacts', 'it joins the call that is already open for this extension'],
  ])('of %s has its reason', async (fixture, said) => {
    expect(await explained(fixture, 'extensions: {_1XX: {}}')).toContain(said);
  });
});

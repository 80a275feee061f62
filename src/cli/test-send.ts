import { CALL_EVENT_NAMES, parseCallEventName } from '../call-event-names.ts';
import { Extensions } from '../config/directory/extensions.ts';
import { loadConfig } from '../config/load.ts';
import { type Matched, matchRules } from '../rules/matcher.ts';
import { requestOf } from '../rules/request.ts';
import { ruleDefaultsOf } from '../rules/rule-defaults.ts';
import { describeUnmet } from '../views/condition-text.ts';
import { sampleEvent } from '../views/sample-event.ts';
import { createSendOne } from '../views/send-one.ts';
import { EXIT, type Io } from './io.ts';
import { textOfSent } from './sent-text.ts';

/**
 * Sends a sample of every rule that an extension has for an event, and shows request and answer.
 * @returns 0 when there was something to send and each receiver took it
 */
export async function runTestSend(extension: string, event: string, file: string, io: Io): Promise<number> {
  const config = loadConfig(file, { require: 'extensions', env: io.env });
  const name = parseCallEventName(event);
  if (name === undefined) {
    io.stderr(`${event} is no call event; expected one of: ${CALL_EVENT_NAMES.join(', ')}\n`);
    return EXIT.usage;
  }
  const extensions = new Extensions(config);
  const found = extensions.ofNumber(extension);
  if (found === undefined) {
    const known = config.extensions.map(({ key }) => key);
    const some = known.length > 10 ? `${known.slice(0, 10).join(', ')} …` : known.join(', ');
    io.stderr(`${file} has no extension ${extension}, and no pattern that matches it. It has: ${some || 'none'}\n`);
    return EXIT.failed;
  }
  const all = extensions.rulesOf(extension);
  const sample = sampleEvent(name, extension, Date.now(), found.did);
  const defaults = ruleDefaultsOf(config);
  const { rules, unused } = rulesToTry(matchRules(sample, all, defaults));
  for (const one of unused) {
    if (one.reason === 'disabled') io.stderr(`rule ${one.rule.id} is disabled and sends nothing\n`);
    if (one.reason === 'condition')
      io.stderr(`rule ${one.rule.id} is tried, though it would not send this: ${describeUnmet(one.condition)}\n`);
  }
  if (rules.length === 0) {
    const events = [...new Set(all.filter(({ status }) => status === 'enabled').map(({ on }) => on))];
    io.stderr(
      `${extension} has no enabled rule \`on: ${name}\`; it has ${events.length === 0 ? 'none at all' : `those on ${events.join(', ')}`}\n`,
    );
    return EXIT.failed;
  }
  const sendOne = createSendOne(config);
  let failed = false;
  for (const rule of rules) {
    if (io.signal.aborted) break;
    io.stdout(`rule ${rule.id}${rule.notes === undefined ? '' : ` (${rule.notes})`}\n`);
    const request = requestOf(sample, rule, defaults);
    const sent = await sendOne.send(request);
    io.stdout(textOfSent(sent));
    failed ||= sent.outcome.outcome !== 'delivered';
  }
  sendOne.close();
  return failed ? EXIT.failed : EXIT.ok;
}

/** A receiver is to be tried whatever the sample is like: those whose conditions it does not meet as well. */
function rulesToTry({ rules, unused }: Matched): Pick<Matched, 'rules' | 'unused'> {
  const kept = unused.flatMap(({ rule, reason }) => (reason === 'condition' ? [rule] : []));
  return { rules: [...rules, ...kept], unused };
}

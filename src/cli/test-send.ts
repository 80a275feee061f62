import type { CallEvent, CallEventName } from '../calls/call-event.ts';
import { CALL_EVENT_NAMES } from '../calls/call-event.ts';
import type { Config } from '../config/config.ts';
import { Extensions } from '../config/extensions.ts';
import { loadConfig } from '../config/load.ts';
import { AddressGuard } from '../delivery/address-guard.ts';
import { deliveryIdOf } from '../delivery/delivery-id.ts';
import { maskSecrets, maskUrl } from '../delivery/mask.ts';
import { outcomeOf } from '../delivery/outcome.ts';
import { PolicyBook } from '../delivery/policy.ts';
import { Sender } from '../delivery/sender.ts';
import { signatureHeaders } from '../delivery/signature.ts';
import { matchRules } from '../rules/matcher.ts';
import { type RuleRequest, requestOf } from '../rules/request.ts';
import { ruleDefaultsOf } from '../rules/rule-defaults.ts';
import { EXIT, type Io } from './io.ts';

/** Sends a sample of every rule that an extension has for an event, and shows request and answer. */
export async function runTestSend(extension: string, event: string, file: string, io: Io): Promise<number> {
  const config = loadConfig(file, { require: 'extensions', env: io.env });
  const name = CALL_EVENT_NAMES.find((one) => one === event.toLowerCase());
  if (name === undefined) {
    io.stderr(`${event} is no call event; expected one of: ${CALL_EVENT_NAMES.join(', ')}\n`);
    return EXIT.usage;
  }
  const extensions = new Extensions(config);
  if (extensions.ofNumber(extension) === undefined) {
    io.stderr(`${file} has no extension ${extension}, and no pattern that matches it\n`);
    return EXIT.failed;
  }
  const { rules, unused } = matchRules({ event: name }, extensions.rulesOf(extension));
  for (const { rule, reason } of unused)
    if (reason === 'disabled') io.stdout(`rule ${rule.id} is disabled and sends nothing\n`);
  if (rules.length === 0) io.stderr(`${extension} has no enabled rule \`on: ${name}\`\n`);
  const sendOne = createSendOne(config);
  let failed = rules.length === 0;
  for (const rule of rules) {
    const request = requestOf(sampleOf(name, extension), rule, ruleDefaultsOf(config));
    const { text, delivered } = await sendOne.send(request);
    io.stdout(text);
    failed ||= !delivered;
  }
  sendOne.close();
  return failed ? EXIT.failed : EXIT.ok;
}

/** Sends single requests outside of the outbox, as the service would, and tells what came of each. */
export function createSendOne(config: Config) {
  const sender = new Sender(new AddressGuard(config.delivery), config.delivery.connectTimeout);
  const policies = new PolicyBook(config);
  const mask = (text: string) => maskSecrets(text, config.secrets);
  return {
    async send(request: RuleRequest): Promise<{ text: string; delivered: boolean }> {
      const { timeoutMs, secrets } = policies.policyFor(request.eventId, request.event);
      const id = deliveryIdOf(config.asterisk?.name ?? config.asterisk?.host ?? '', request);
      const headers = {
        ...request.headers,
        'webhook-id': id,
        ...(secrets.length > 0 && signatureHeaders(id, request.body ?? '', secrets, Date.now())),
      };
      const from = performance.now();
      const result = await sender.send({ ...request, headers, body: request.body, timeoutMs });
      const ms = Math.round(performance.now() - from);
      const lines = [
        `> ${request.method} ${mask(maskUrl(request.url))}`,
        ...Object.entries(headers).map(([name, value]) => `> ${name}: ${mask(value)}`),
        ...(request.body === undefined ? [] : ['>', `> ${request.body}`]),
        result.kind === 'answer'
          ? `< HTTP ${result.status} in ${ms} ms`
          : `< no answer after ${ms} ms: ${result.code}: ${result.message}`,
        ...(result.kind === 'answer' && result.answer !== ''
          ? [`< ${mask(result.answer).replaceAll('\n', '\n< ')}`]
          : []),
      ];
      const outcome = outcomeOf(result, 0, Date.now());
      if (outcome.outcome !== 'delivered') lines.push(`  the service would say: ${outcome.outcome}, ${outcome.reason}`);
      return { text: `${lines.join('\n')}\n\n`, delivered: outcome.outcome === 'delivered' };
    },
    close: () => sender.close(),
  };
}

function sampleOf(event: CallEventName, extension: string): CallEvent {
  const flow = event.endsWith('-out') ? 'OUT' : 'IN';
  const status = event.startsWith('dial') ? 'CALLING' : 'ANSWER';
  const callId = `test-${Date.now()}`;
  return {
    event,
    leg: { callId, extension, flow, number: 1 },
    channel: `PJSIP/${extension}-00000000`,
    at: Date.now(),
    params: {
      CallID: callId,
      CallerIDNum: flow === 'IN' ? '+31612345678' : extension,
      CallerIDNam: 'Test call',
      ...(flow === 'OUT' && { CallerExtension: extension }),
      ...(flow === 'IN' && { CalledExtension: extension, CalledDID: '+18005550100' }),
      CalledNumber: flow === 'IN' ? '+18005550100' : '+31612345678',
      CallFlow: flow,
      CallStatus: status,
    },
    details: {},
  };
}

import type { Config } from '../config/config.ts';
import { deliveryIdOf } from '../delivery/delivery-id.ts';
import { DeliveryPolicies } from '../delivery/dispatch/delivery-policies.ts';
import { outcomeOf } from '../delivery/dispatch/outcome.ts';
import { AddressGuard } from '../delivery/http/address-guard.ts';
import type { AttemptResult } from '../delivery/http/attempt-result.ts';
import { Sender } from '../delivery/http/sender.ts';
import { signatureHeaders } from '../delivery/http/signature.ts';
import { maskHeaders, maskSecrets, maskUrl } from '../redact.ts';
import type { RuleRequest } from '../rules/request.ts';

/** Sends single requests outside of the outbox, as the service would, and tells what came of each. */
export function createSendOne(config: Config) {
  const sender = new Sender(new AddressGuard(config.delivery), config.delivery.connectTimeout);
  const policies = new DeliveryPolicies(config);
  const mask = (text: string) => maskSecrets(text, config.secrets);
  return {
    /** @returns request and answer as they may be shown, and whether the receiver took it */
    async send(request: RuleRequest): Promise<{ text: string; delivered: boolean }> {
      const { timeoutMs, secrets } = policies.policyFor(request.ruleId, request.event);
      const id = deliveryIdOf(config.asterisk?.name ?? config.asterisk?.host ?? '', request);
      const headers = {
        ...request.headers,
        'webhook-id': id,
        ...(secrets.length > 0 && signatureHeaders(id, request.body ?? '', secrets, Date.now())),
      };
      const from = performance.now();
      const result = await sender.send({ ...request, headers, body: request.body, timeoutMs });
      const { lines, delivered } = answerLines(result, Math.round(performance.now() - from));
      const shown = [
        `> ${request.method} ${maskUrl(request.url)}`,
        ...Object.entries(maskHeaders(headers)).map(([name, value]) => `> ${name}: ${value}`),
        ...(request.body === undefined ? [] : ['>', `> ${request.body}`]),
        ...lines,
      ];
      return { text: `${shown.map(mask).join('\n')}\n\n`, delivered };
    },
    close: () => sender.close(),
  };
}

function answerLines(result: AttemptResult, ms: number): { lines: string[]; delivered: boolean } {
  const outcome = outcomeOf(result, 0, Date.now());
  const delivered = outcome.outcome === 'delivered';
  const next = outcome.outcome === 'retry' ? 'the service would try again' : 'the service would give it up';
  if (result.kind === 'error') {
    const code = result.message.includes(result.code) ? '' : ` (${result.code})`;
    return { lines: [`< no answer after ${ms} ms: ${result.message.trim()}${code}`, `  ${next}`], delivered };
  }
  const answer = result.answer.trimEnd();
  return {
    lines: [
      `< HTTP ${result.status} in ${ms} ms`,
      ...(answer === '' ? [] : answer.split(/\r?\n/).map((line) => `< ${line}`)),
      ...(delivered ? [] : [`  ${next}: ${'reason' in outcome ? outcome.reason : ''}`]),
    ],
    delivered,
  };
}

import type { Config } from '../config/config.ts';
import { systemClock } from '../delivery/clock.ts';
import { deliveryOf } from '../delivery/delivery.ts';
import { attempt } from '../delivery/dispatch/attempt.ts';
import { DeliveryPolicies } from '../delivery/dispatch/delivery-policies.ts';
import { type Outcome, outcomeOf } from '../delivery/dispatch/outcome.ts';
import { AddressGuard } from '../delivery/http/address-guard.ts';
import type { AttemptResult } from '../delivery/http/attempt-result.ts';
import { Sender, type SendRequest } from '../delivery/http/sender.ts';
import { Redactor } from '../redact/redactor.ts';
import type { RuleRequest } from '../rules/request.ts';
import { answeredHeaders } from './delivery-view.ts';
import { type Meaning, meaningOf } from './meaning.ts';
import { describeOutcome } from './outcome-text.ts';

/** One sent request and its result, without secrets. */
export interface SentRequest {
  method: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string | undefined;
  result: AttemptResult;
  durationMs: number;
  outcome: Outcome;
  /** What the service would do after this result, in words. */
  next: string;
  /** What the result says about the rule; absent: nothing. */
  meaning: Meaning | undefined;
}

/** Sends single requests outside of the outbox, each attempt as the service makes it. */
export function createSendOne(config: Config) {
  const sender = new Sender(new AddressGuard(config.delivery), config.delivery.connectTimeout, config.delivery.proxy);
  const policies = new DeliveryPolicies(config);
  const redactor = new Redactor(config.secrets);
  return {
    async send(request: RuleRequest): Promise<SentRequest> {
      const delivery = deliveryOf(request, systemClock.now());
      const policy = policies.policyFor(delivery.ruleId, delivery.event);
      let headers: SendRequest['headers'] = delivery.headers;
      const send = (sent: SendRequest) => {
        headers = sent.headers;
        return sender.send(sent);
      };
      const { result, durationMs } = await attempt(delivery, policy, { send, clock: systemClock });
      const outcome = outcomeOf(result, 0, systemClock.now(), policy.accept);
      const isAccepted = result.kind === 'answer' && policy.accept?.includes(result.status);
      const meaning = isAccepted ? undefined : meaningOf(result, { ...delivery, headers });
      const own = redactor.forRequest({ ...delivery, headers });
      return {
        method: delivery.method,
        url: own.url(delivery.url),
        headers: own.fields(headers),
        body: delivery.body === undefined ? undefined : own.body(delivery.body),
        result: redactResult(result, own),
        durationMs,
        outcome: outcome.outcome === 'delivered' ? outcome : { ...outcome, reason: own.text(outcome.reason) },
        next: describeOutcome(outcome, result, policy.schedule),
        meaning: meaning && redactMeaning(meaning, own),
      };
    },
    close: () => sender.close(),
  };
}

function redactMeaning(meaning: Meaning, redactor: Redactor): Meaning {
  const { text, remedy } = meaning;
  return { text: redactor.text(text), ...(remedy !== undefined && { remedy: redactor.text(remedy) }) };
}

/** @param redactor of the request, which any part of an answer may repeat */
function redactResult(result: AttemptResult, redactor: Redactor): AttemptResult {
  if (result.kind === 'error') return { ...result, message: redactor.text(result.message) };
  const { location, headers, answer } = result;
  return {
    ...result,
    ...(location !== undefined && { location: redactor.text(redactor.url(location)) }),
    ...(headers !== undefined && { headers: answeredHeaders(headers, redactor) }),
    answer: redactor.text(answer),
  };
}

import type { Config, Rule } from '../../config/config.ts';
import type { Delivery } from '../delivery.ts';
import type { DeliveryPolicy } from './attempt.ts';

/** How deliveries are sent by the present config.yaml: for a rule that is gone, by the settings for all rules. */
export class DeliveryPolicies {
  readonly #delivery: Config['delivery'];
  readonly #rules = new Map<string, Rule>();

  constructor({ delivery, extensions }: Pick<Config, 'delivery' | 'extensions'>) {
    this.#delivery = delivery;
    for (const { rules } of extensions)
      for (const rule of rules ?? []) {
        // Only the rules that differ from the settings for all are kept.
        const { retry, timeout, signing, accept, tls } = rule;
        if (retry ?? timeout ?? signing ?? tls ?? accept[0]) this.#rules.set(rule.id, rule);
      }
  }

  policyFor(ruleId: string, event: Delivery['event']): DeliveryPolicy {
    const { retry, timeout, signing, tls } = this.#delivery;
    const rule = this.#rules.get(ruleId);
    const kind = event === 'hangup' || event === 'missed' ? 'hangup' : event.startsWith('dial') ? 'dial' : 'answer';
    const schedule = retry[kind];
    return {
      schedule: {
        triesMs: rule?.retry?.tries ?? schedule.tries,
        expireMs: rule?.retry?.expire ?? schedule.expire,
      },
      timeoutMs: rule?.timeout ?? timeout,
      secrets: (rule?.signing ?? signing)?.secrets ?? [],
      accept: rule?.accept ?? [],
      tls: rule?.tls ?? tls,
    };
  }
}

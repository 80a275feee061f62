import type { Config, Rule } from '../../config/config.ts';
import type { RuleDefaults } from '../../rules/parameters.ts';
import { requestOf } from '../../rules/request.ts';
import { type Delivery, deliveryOf, targetOf } from '../delivery.ts';

/**
 * The rules as config.yaml has them now, for deliveries that were made earlier: a request is made again from its rule,
 * so that a corrected URL holds for what waits, too.
 */
export class CurrentRules {
  readonly #rules = new Map<string, Rule>();
  readonly #defaultsOf: (server: string) => RuleDefaults | undefined;

  /**
   * @param defaultsOf the defaults for call events of an Asterisk server, by its name; absent: there is no such server
   */
  constructor({ extensions }: Pick<Config, 'extensions'>, defaultsOf: (server: string) => RuleDefaults | undefined) {
    this.#defaultsOf = defaultsOf;
    for (const { rules } of extensions) for (const rule of rules ?? []) this.#rules.set(rule.id, rule);
  }

  /** Why a rule sends nothing, not even older deliveries; absent: it sends. */
  problemOf(ruleId: string, event: string): string | undefined {
    const rule = this.#rules.get(ruleId);
    if (rule === undefined) return 'its rule is no longer in the configuration';
    if (rule.status === 'disabled') return 'its rule is disabled';
    return rule.on === event ? undefined : `its rule is now \`on: ${rule.on}\``;
  }

  /** Where a rule's requests go; absent: that depends on the call, or there is no such rule. */
  targetOf(ruleId: string): string | undefined {
    const url = this.#rules.get(ruleId)?.url;
    // With a placeholder in its host the target differs from call to call.
    return url === undefined || /^[^/]*\/\/[^/?#]*[{}]/.test(url) ? undefined : targetOf(url);
  }

  /**
   * The delivery with a request that the present rule makes; its id and time stay.
   * @returns the same object when nothing can have changed, or when it has no call event, having been made by an older
   *   version
   */
  remake(delivery: Delivery): Delivery {
    const rule = this.#rules.get(delivery.ruleId);
    const { callEvent, madeFrom } = delivery;
    if (rule === undefined || rule === madeFrom || callEvent === undefined) return delivery;
    const defaults = this.#defaultsOf(callEvent.leg.server);
    if (defaults === undefined) return delivery;
    const made = deliveryOf(requestOf(callEvent, rule, defaults), delivery.createdAt, { callEvent, madeFrom: rule });
    return { ...made, id: delivery.id };
  }
}

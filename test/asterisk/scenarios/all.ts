import type { Flavour } from '../flavour.ts';
import { ACCEPTANCE } from './acceptance.ts';
import { AFTER_CLICK_TO_CALL } from './after-click-to-call.ts';
import { APPLICATIONS } from './applications.ts';
import { ARI } from './ari.ts';
import { AT_ONCE } from './at-once.ts';
import { ATTENDED_TRANSFERS } from './attended-transfers.ts';
import { BEHIND_LOCAL } from './behind-local.ts';
import { BLIND_TRANSFERS } from './blind-transfers.ts';
import { CALLER_NAMES } from './caller-names.ts';
import { CONFERENCES } from './conferences.ts';
import { CONSULTATIONS } from './consultations.ts';
import { DIRECT } from './direct.ts';
import { FORWARDING } from './forwarding.ts';
import { FREEPBX } from './freepbx.ts';
import { FREEPBX_BLIND_TRANSFERS } from './freepbx-blind-transfers.ts';
import { FREEPBX_CLICK_TO_CALL } from './freepbx-click-to-call.ts';
import { FREEPBX_CONSULTATIONS } from './freepbx-consultations.ts';
import { GROUPS } from './groups.ts';
import { IAX2 } from './iax2.ts';
import { NAMES } from './names.ts';
import { OFF_HOOK_FIRST } from './off-hook-first.ts';
import { TOLD_TO_CALL } from './originate-variants.ts';
import { ORIGINATED } from './originated.ts';
import { OUTSIDE } from './outside.ts';
import { PARKING } from './parking.ts';
import { PICKUPS } from './pickups.ts';
import { QUEUE_CALLERS } from './queue-callers.ts';
import { QUEUE_MEMBERS } from './queue-members.ts';
import { QUEUES } from './queues.ts';
import type { Scenario } from './scenario.ts';
import { SEVERAL_DIALS } from './several-dials.ts';
import { SUPERVISION } from './supervision.ts';
import { TRANSFERS_TO_APPLICATIONS } from './transfers-to-applications.ts';

const SCENARIOS: readonly Scenario[] = [
  ...DIRECT,
  ...OUTSIDE,
  ...GROUPS,
  ...QUEUES,
  ...QUEUE_CALLERS,
  ...FORWARDING,
  ...APPLICATIONS,
  ...CONFERENCES,
  ...ACCEPTANCE,
  ...BLIND_TRANSFERS,
  ...ATTENDED_TRANSFERS,
  ...PICKUPS,
  ...ORIGINATED,
  ...PARKING,
  ...AT_ONCE,
  ...FREEPBX,
  ...FREEPBX_BLIND_TRANSFERS,
  ...FREEPBX_CLICK_TO_CALL,
  ...FREEPBX_CONSULTATIONS,
  ...SUPERVISION,
  ...CONSULTATIONS,
  ...SEVERAL_DIALS,
  ...QUEUE_MEMBERS,
  ...TOLD_TO_CALL,
  ...AFTER_CLICK_TO_CALL,
  ...BEHIND_LOCAL,
  ...ARI,
  ...IAX2,
  ...NAMES,
  ...CALLER_NAMES,
  ...OFF_HOOK_FIRST,
  ...TRANSFERS_TO_APPLICATIONS,
];

/** What is played on a flavour. @param wanted the names to choose; none: all */
export function scenariosOf(flavour: Flavour, wanted: readonly string[]): Scenario[] {
  for (const name of wanted)
    if (!SCENARIOS.some((scenario) => scenario.name === name)) throw new Error(`there is no scenario ${name}`);
  return SCENARIOS.filter(
    ({ name, only }) =>
      only?.(flavour) !== false &&
      flavour.sample?.includes(name) !== false &&
      (wanted.length === 0 || wanted.includes(name)),
  );
}

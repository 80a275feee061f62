/**
 * The families of shapes, in the order in which docs/ladders.md lists them. A shape belongs to the family whose pattern
 * matches its name; a test fails when none matches, or several do.
 */
export const FAMILIES: readonly (readonly [title: string, names: RegExp])[] = [
  ['Phone to phone', /^(direct|answer|cancel|call-waiting|caller-hangs-up|both-hang-up|calls-itself|hold|retry-dial)/],
  ['From outside, to outside', /^(inbound|outbound|trunk-to-trunk|iax2|caller-(is-made|withholds)|disa)/],
  ['Ring groups, several phones, hunt groups', /^((ring|local|hunt)-group|several-contacts|called-hangs-up-then-next)/],
  ['Queues, agents', /^(queue|agent)-/],
  ['Forwarding, Follow-Me', /^(forward|followme|do-not-disturb)/],
  ['Pickups', /^pickups?-/],
  ['Blind transfers, redirects', /^(blind-transfer|redirect|both-sent-to)/],
  ['Attended transfers, consultations', /^(attended-transfer|blonde-transfer|consultation)/],
  ['Parking', /^park-/],
  ['Click to call, Originate, call files', /^(click-to-call|call-file|call-back|originate|call-completion)/],
  ['IVR, voicemail, other applications', /^(ivr|voicemail|application|early-media|agi|looked-at)/],
  ['Conferences, paging, supervisors', /^(conference|page|intercom|chanspy|bridge-|two-callers-joined)/],
  ['Call acceptance ("press 1")', /^acceptance-/],
  ['FreePBX', /^freepbx-/],
  ['ARI', /^ari-/],
  ['Feature codes', /^(feature-code|star-)/],
  ['Phones that go off hook before they dial, ISDN', /^(off-hook-first|door-phone|isdn-)/],
  ['Recording names', /^recording-/],
  ['Names and numbers', /^(name-|extended-number|unknown-number|caller-name)/],
  ['Several calls at once', /^(same-two|two-calls|two-lines)/],
];

/** The titles of a shape's families: there should be one. */
export function familiesOf(shape: string): string[] {
  return FAMILIES.filter(([, names]) => names.test(shape)).map(([title]) => title);
}

/** The shapes of each family, for a list of contents. */
export function byFamily(shapes: readonly string[]): [title: string, shapes: string[]][] {
  return FAMILIES.map(([title, names]) => [title, shapes.filter((shape) => names.test(shape))]);
}

/**
 * Numbers whose calls are no Dial-Out unless config.yaml's `ignore` says otherwise: codes that set something up and
 * reach nobody. A star code that stands alone is one, and so are those that take a number and only note it. A code in
 * front of a number that is really called is none: `*67` (hide my number), `*80` (intercom), `*85` (fetch a parked
 * call) and all that are not named here, for a call too much is less bad than one that is missing.
 *
 * Those with a number are the defaults of FreePBX and Issabel (featurecodeadmin), and how telephone networks forward.
 */
export const FEATURE_CODES: readonly string[] = [
  '_*X',
  '_*XX',
  '_*XXX',
  // Pickup of a named phone.
  '_**X.',
  // Log in and out as a user.
  '_*1[12]X.',
  // Follow-Me, time conditions, call flow: on or off.
  '_*2[178]X.',
  // Join and leave a queue, pause, ask for its callers.
  '_*4[567]X.',
  // Forward when nobody answers: on, off; who may call by intercom.
  '_*5[2345]X.',
  // Forward always: on, off; speed dials, do not disturb.
  '_*7[2-9]X.',
  // Forward when busy: on, off; the same with a prompt; another one's voicemail.
  '_*9[0-58]X.',
  // Forward, as telephone networks have it: *21*0301234567#, *21#, #21#, *#21#.
  '_*XX*.',
  '_[*#]XX#',
  '_*#XX#',
];

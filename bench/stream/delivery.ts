import { type Delivery, deliveryOf } from '../../src/delivery/delivery.ts';
import { requestOf } from '../../src/rules/request.ts';

const DEFAULTS = {
  parameters: [],
  profile: 'standard',
  variables: [],
  asterisk: 'bench',
  namesAsterisk: false,
  rewrites: [],
} as const;

/** The Dial-In of one of many calls, as the rules make it. */
export function sampleDelivery(port: number, number: number, now = Date.now()): Delivery {
  const callId = `1700000000.${number}`;
  const request = requestOf(
    {
      event: 'dial-in',
      leg: { server: '', startup: '', uniqueid: callId, extension: '101', flow: 'IN' },
      channel: `PJSIP/101-${number.toString(16).padStart(8, '0')}`,
      params: {
        CallID: callId,
        CallerIDNum: '+31612345678',
        CallerIDNam: 'Alice',
        CalledExtension: '101',
        CalledNumber: '+18005550101',
        CalledDID: '+18005550101',
        CallFlow: 'IN',
        CallStatus: 'CALLING',
      },
      details: {},
    },
    {
      id: '7d0f2c51',
      on: 'dial-in',
      method: 'GET',
      url: `http://127.0.0.1:${port}/hooks/ringing?source=pbx`,
      status: 'enabled',
      body: 'form',
      headers: {},
      params: {},
      accept: [],
      when: {},
    },
    DEFAULTS,
  );
  return deliveryOf(request, now);
}

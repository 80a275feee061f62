import {
  attendedTransfer,
  blindTransfer,
  clickToCall,
  clickToCallLocal,
  pickup,
  pickupLocal,
} from './shapes-changing.ts';
import {
  acceptance,
  application,
  conference,
  direct,
  givesUp,
  outbound,
  park,
  queue,
  ringAll,
  trunkToTrunk,
  voicemail,
} from './shapes-direct.ts';
import { acceptanceLocal, forward, ringAllLocal } from './shapes-local.ts';
import type { Script, World } from './steps.ts';

/** Every shape that a call can take in a storm. */
export const SHAPES = {
  direct,
  outbound,
  trunkToTrunk,
  ringAll,
  ringAllLocal,
  queue,
  acceptance,
  acceptanceLocal,
  forward,
  voicemail,
  application,
  givesUp,
  conference,
  park,
  pickup,
  pickupLocal,
  blindTransfer,
  attendedTransfer,
  clickToCall,
  clickToCallLocal,
} satisfies Record<string, (world: World) => Script>;

export type Shape = keyof typeof SHAPES;

import type { AttendedTransfer, BlindTransfer } from '../ami/events.ts';
import type { State } from './state.ts';

/** Notes who transferred the party that now dials on. */
export function blindTransfer(state: State, event: BlindTransfer): void {
  const transferer = state.see(event.transferer, event.at);
  const transferee = event.transferee && state.see(event.transferee, event.at);
  if (transferee !== undefined && event.result === 'Success') transferee.transferredBy = transferer?.extension?.name;
}

/** Notes who transferred the call to the leg that goes on. */
export function attendedTransfer(state: State, event: AttendedTransfer): void {
  const transferer = state.see(event.secondTransferer, event.at);
  state.see(event.origTransferer, event.at);
  if (event.transferee !== undefined) state.see(event.transferee, event.at);
  const target = event.transferTarget && state.see(event.transferTarget, event.at);
  const leg = target?.leg;
  if (leg === undefined || transferer?.extension === undefined || event.result !== 'Success') return;
  leg.transferredBy = transferer.extension.name;
  state.legs.changed(leg);
}

import { BridgeProcess, until } from './bridge-process.ts';
import { BusyPbx } from './busy-pbx.ts';
import { judge, type Verdict } from './judge.ts';
import { RecordingReceiver } from './recording-receiver.ts';
import { workplace } from './workplace.ts';

/** kill -9 at random moments, under load, against a PBX that goes on without the bridge. */
export async function kills(times: number, callsPerSecond: number, random: () => number): Promise<Verdict> {
  const pbx = new BusyPbx(random);
  const receiver = new RecordingReceiver();
  const place = workplace(await pbx.listen(), await receiver.listen());
  const bridge = new BridgeProcess(place.config, { STATE_DIRECTORY: place.directory });
  try {
    bridge.start();
    await until('the first connection', () => pbx.sessions.length > 0);
    pbx.busy(callsPerSecond);
    for (let kill = 0; kill < times; kill++) {
      await new Promise((resolve) => setTimeout(resolve, 200 + random() * 1200));
      await bridge.kill();
      await new Promise((resolve) => setTimeout(resolve, random() * 500));
      const before = pbx.sessions.length;
      bridge.start();
      await until('the next connection', () => pbx.sessions.length > before);
    }
    await pbx.quiet();
    await until('all that is pending', () => settled(receiver));
    const code = await bridge.kill('SIGTERM');
    if (code !== 0) throw new Error(`it ended with ${code}:\n${bridge.log.slice(-2000)}`);
    return judge(pbx.legs, pbx.sessions, receiver.arrivals);
  } finally {
    await bridge.kill();
    await pbx.stop();
    await receiver.stop();
    place.remove();
  }
}

/** Nothing has arrived for a while: longer than any pause between two attempts at a receiver that answers. */
function settled(receiver: RecordingReceiver): boolean {
  return Date.now() - (receiver.arrivals.at(-1)?.at ?? 0) > 4000;
}

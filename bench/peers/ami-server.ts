import { createServer, type Socket } from 'node:net';

/**
 * Asterisk's side of AMI as far as a client needs it: answers every action, and says that no channel is alive.
 * @param onAction called with the name of each, in lower case, and the socket that it came on
 * @returns the port
 */
export async function startAmiServer(onAction: (name: string, socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.write('Asterisk Call Manager/11.0.0\r\n');
    let pending = '';
    socket.setEncoding('latin1').on('data', (text: string) => {
      pending += text;
      for (let end = pending.indexOf('\r\n\r\n'); end >= 0; end = pending.indexOf('\r\n\r\n')) {
        answer(pending.slice(0, end), socket, onAction);
        pending = pending.slice(end + 4);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function answer(action: string, socket: Socket, onAction: (name: string, socket: Socket) => void): void {
  const header = (name: string) => new RegExp(`^${name}: *(.*)$`, 'im').exec(action)?.[1]?.trim() ?? '';
  const name = header('Action').toLowerCase();
  const id = `ActionID: ${header('ActionID')}\r\n`;
  const success = (more: string) => socket.write(`Response: Success\r\n${id}${more}\r\n`);
  if (name === 'login') success('Message: Authentication accepted\r\n');
  else if (name === 'corestatus') success('CoreStartupDate: 2024-01-01\r\nCoreStartupTime: 00:00:00\r\n');
  else if (name === 'coreshowchannels') {
    success('EventList: start\r\nMessage: Channels will follow\r\n');
    socket.write(`Event: CoreShowChannelsComplete\r\n${id}EventList: Complete\r\nListItems: 0\r\n\r\n`);
  } else success('Message: done\r\n');
  onAction(name, socket);
}
